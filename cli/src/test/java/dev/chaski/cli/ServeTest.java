package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogStore;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code chaski serve} in real processes: signals and exit codes. */
@Timeout(120)
class ServeTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalDrainsAndTheExitCodeIsZero(String signal) throws IOException, InterruptedException {
        assumeThat(InheritedSignals.ignored(signal))
                .as("started with SIG%s ignored, as a shell's background jobs are, and so is the broker", signal)
                .isFalse();
        try (ChaskiProcess broker = ChaskiProcess.serve(folder)) {
            assertThat(folder.resolve("data")).isDirectory();
            broker.signal(signal);
            assertThat(broker.awaitExit()).as(broker.output()).isZero();
            assertThat(broker.has("logger=ServeCommand stopped")).isTrue();
            assertThat(broker.output()).doesNotContain("level=ERROR").doesNotContain("level=WARN");
        }
    }

    @Test
    void whileItDrainsItIsNotReadyAndLetsNobodyIn() throws IOException, InterruptedException {
        try (ChaskiProcess broker = ChaskiProcess.serve(folder, "--drain-timeout=10m");
                Socket reader = new Socket(InetAddress.getLoopbackAddress(), broker.port("nsq"));
                Socket probe = new Socket(InetAddress.getLoopbackAddress(), broker.port("http"))) {
            leaveMuchUnsent(reader);
            // The drain waits for who is in the middle of a publish; the answer before it says that this was read.
            String ask = "GET /health/ready HTTP/1.1\r\nHost: test\r\n\r\n";
            String publish = "POST /pub?topic=last HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\n";
            send(probe, ask + publish + "ab");
            assertThat(readUntil(probe, "}")).startsWith("HTTP/1.1 200 ").endsWith("{\"status\":\"UP\"}");
            broker.signal("TERM");
            await().until(() -> isRefused(broker.port("http")) && isRefused(broker.port("nsq")));
            send(probe, "cd" + ask);
            assertThat(new String(probe.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\r\n\r\nOKHTTP/1.1 503 ")
                    .endsWith("{\"status\":\"DOWN\",\"reason\":\"draining\"}");
            // Who takes what was sent lets the broker end.
            reader.getInputStream().transferTo(OutputStream.nullOutputStream());
            assertThat(broker.awaitExit()).as(broker.output()).isZero();
            assertThat(broker.output()).doesNotContain("drain took too long");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith(end)) {
            int next = socket.getInputStream().read();
            assertThat(next).as("after %s", read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    private static boolean isRefused(int port) throws IOException {
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    @Test
    void aSecondSignalEndsAtOnceWithOne() throws IOException, InterruptedException {
        try (ChaskiProcess broker = ChaskiProcess.serve(folder, "--drain-timeout=10m");
                Socket reader = new Socket(InetAddress.getLoopbackAddress(), broker.port("nsq"))) {
            leaveMuchUnsent(reader);
            broker.signal("TERM");
            broker.awaitLine("stopping signal=TERM");
            broker.signal("TERM");
            assertThat(broker.awaitExit()).as(broker.output()).isEqualTo(ExitCode.FAILED);
            assertThat(broker.has("killed signal=TERM")).isTrue();
        }
    }

    /** Asks for far more than the buffers between the two take, and reads none of it: the drain has to wait. */
    private static void leaveMuchUnsent(Socket reader) throws IOException {
        DataOutputStream out = new DataOutputStream(reader.getOutputStream());
        DataInputStream in = new DataInputStream(reader.getInputStream());
        out.writeBytes("  V2");
        byte[] body = new byte[1 << 20];
        for (int i = 0; i < 40; i++) {
            out.writeBytes("PUB much\n");
            out.writeInt(body.length);
            out.write(body);
            in.readNBytes(in.readInt());
        }
        out.writeBytes("SUB much all\n");
        in.readNBytes(in.readInt());
        out.writeBytes("RDY 100\n");
        // The first of many: from here on they pile up.
        in.readNBytes(in.readInt());
    }

    @Test
    void aSecondBrokerOnTheSameFolderIsRefused() throws IOException, InterruptedException {
        try (ChaskiProcess first = ChaskiProcess.serve(folder);
                ChaskiProcess second = ChaskiProcess.start(
                        folder, "serve", "--tcp-address=127.0.0.1:0", "--http-address=127.0.0.1:0")) {
            assertThat(second.awaitExit()).as(second.output()).isEqualTo(ExitCode.FAILED);
            assertThat(second.output())
                    .contains("chaski serve: --data-path=./data: ")
                    .doesNotContain("\tat ");
            first.signal("TERM");
            assertThat(first.awaitExit()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --tcp-address=127.0.0.1:0 --http-address=127.0.0.1:0", "inspect data"})
    void aFolderWithChangesOfANewerVersionIsRefused(String command) throws Exception {
        try (LogStore store =
                LogStore.open(LogConfig.of(folder.resolve("data")), Disk.real(), System::currentTimeMillis)) {
            store.changes().replay((generation, record) -> {});
            byte[] deleteTopic = {2, 2, 0, 0, 0, 4, 0, 0, 0, 1};
            store.changes().append(ByteBuffer.wrap(deleteTopic));
        }
        try (ChaskiProcess broker = ChaskiProcess.start(folder, command.split(" "))) {
            assertThat(broker.awaitExit()).as(broker.output()).isEqualTo(ExitCode.FAILED);
            assertThat(broker.output())
                    .contains("has a change of version 2, this version reads up to 1: start the version that wrote it")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aPortInUseIsNamedWithItsFlag() throws IOException, InterruptedException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChaskiProcess broker =
                        ChaskiProcess.start(folder, "serve", "--tcp-address=127.0.0.1:" + other.getLocalPort())) {
            assertThat(broker.awaitExit()).isEqualTo(ExitCode.FAILED);
            assertThat(broker.output())
                    .contains("--tcp-address=127.0.0.1:" + other.getLocalPort())
                    .contains("in use")
                    .doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--msg-timeot=1s", "--msg-timeout=soon", "serve", "--config=/no/such/file"})
    void aWrongCommandLineEndsWithTwo(String argument) throws IOException, InterruptedException {
        try (ChaskiProcess broker = ChaskiProcess.start(folder, "serve", argument)) {
            assertThat(broker.awaitExit()).as(broker.output()).isEqualTo(ExitCode.USAGE);
            assertThat(broker.lines).hasSize(1);
            assertThat(broker.output()).startsWith("chaski serve: ");
        }
    }

    @Test
    void helpIsGroupedAndEndsWithZero() throws IOException, InterruptedException {
        try (ChaskiProcess broker = ChaskiProcess.start(folder, "serve", "--help")) {
            assertThat(broker.awaitExit()).isZero();
            assertThat(broker.lines).contains("Addresses:", "Storage:", "Limits:", "TLS:", "Discovery:", "Logging:");
        }
    }

    @Test
    void anUnknownCommandIsAnsweredWithTheKnownOnes() throws IOException, InterruptedException {
        try (ChaskiProcess command = ChaskiProcess.start(folder, "serv")) {
            assertThat(command.awaitExit()).isEqualTo(ExitCode.USAGE);
            assertThat(command.output()).contains("chaski serve");
        }
    }

    @Test
    void whatHasNoEffectIsToldOnceAtTheStart() throws IOException, InterruptedException {
        try (ChaskiProcess broker = ChaskiProcess.serve(folder, "--sync-every=1", "--queue-scan-worker-pool-max=8")) {
            assertThat(broker.lines.stream().filter(line -> line.contains("option: ")))
                    .hasSize(2)
                    .anyMatch(line -> line.contains("--sync-every has no effect"));
            broker.signal("TERM");
            assertThat(broker.awaitExit()).isZero();
        }
    }

    @Test
    void checkSendsAMessageThroughABrokerOfItsOwn() throws IOException, InterruptedException {
        try (ChaskiProcess check = ChaskiProcess.start(folder, "check")) {
            assertThat(check.awaitExit()).as(check.output()).isZero();
            assertThat(check.lines).anyMatch(line -> line.startsWith("published and consumed over TCP"));
        }
    }
}
