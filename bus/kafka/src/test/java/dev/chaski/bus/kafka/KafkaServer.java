package dev.chaski.bus.kafka;

import dev.chaski.bus.contract.ServerCertificate;
import dev.chaski.bus.contract.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;

/** A Kafka of one process, from the class path of the tests; besides the plain port it has one with TLS and a password. */
final class KafkaServer implements AutoCloseable {
    /** How long it lets a silent member hold a record. */
    static final int LOCK_MS = 6_000;

    private static final String SETTINGS = """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:${controller}
            listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}
            advertised.listeners=PLAINTEXT://127.0.0.1:${port},SASL_SSL://localhost:${secure}
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
            sasl.enabled.mechanisms=PLAIN
            listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
            user_me="secret";
            ssl.keystore.type=PKCS12
            ssl.keystore.location=${keystore}
            ssl.keystore.password=${password}
            ssl.key.password=${password}
            log.dirs=${folder}/kafka
            auto.create.topics.enable=false
            broker.session.timeout.ms=1500
            broker.heartbeat.interval.ms=300
            controller.quorum.election.timeout.ms=300
            controller.quorum.fetch.timeout.ms=1000
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            share.coordinator.state.topic.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=1
            log.cleaner.dedupe.buffer.size=2097152
            group.share.min.heartbeat.interval.ms=500
            group.share.heartbeat.interval.ms=500
            group.share.min.record.lock.duration.ms=1000
            group.share.record.lock.duration.ms=${lock}
            """;

    private final ServerProcess process;
    private final int securePort;

    KafkaServer(Path folder, ServerCertificate certificate) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        securePort = ServerProcess.freePort();
        String settings = SETTINGS.replace("${controller}", Integer.toString(ServerProcess.freePort()))
                .replace("${port}", Integer.toString(port))
                .replace("${secure}", Integer.toString(securePort))
                .replace("${keystore}", certificate.keyStore().toString())
                .replace("${password}", ServerCertificate.PASSWORD)
                .replace("${folder}", folder.toString())
                .replace("${lock}", Integer.toString(LOCK_MS));
        String file =
                Files.writeString(folder.resolve("server.properties"), settings).toString();
        format(folder, file);
        process = new ServerProcess(folder, port, java("kafka.Kafka", file));
    }

    private static void format(Path folder, String settings) throws IOException, InterruptedException {
        Path log = folder.resolve("format.log");
        Process format = new ProcessBuilder(java(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        Uuid.randomUuid().toString(),
                        "-c",
                        settings))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
            throw new IOException("not formatted: " + Files.readString(log));
        }
    }

    private static List<String> java(String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                main));
        command.addAll(List.of(arguments));
        return command;
    }

    String address() {
        return "127.0.0.1:" + process.port();
    }

    int securePort() {
        return securePort;
    }

    void kill() {
        process.kill();
    }

    void start() throws IOException {
        process.start();
    }

    @Override
    public void close() {
        process.close();
    }
}
