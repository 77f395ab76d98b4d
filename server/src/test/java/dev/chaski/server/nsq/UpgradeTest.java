package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.multi;
import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.server.clients.ClientStats;
import dev.chaski.server.tls.Certificates;
import dev.chaski.server.tls.ClientAuthPolicy;
import dev.chaski.server.tls.TlsConfig;
import dev.chaski.server.tls.TlsVersion;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections are encrypted and compressed when client and door agree on it. */
class UpgradeTest {
    private static final String BIG = "compressible text ".repeat(20_000);

    @TempDir
    private Path folder;

    @Test
    void theAnswerTellsWhatWasAgreedOn() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            String answer = client.identify(
                            "{\"feature_negotiation\":true,\"tls_v1\":true,\"msg_timeout\":5000,\"sample_rate\":7}")
                    .text();
            assertThat(answer)
                    .isEqualTo("{\"max_rdy_count\":2500,\"version\":\"1.3.0\",\"max_msg_timeout\":900000,"
                            + "\"msg_timeout\":5000,\"tls_v1\":false,\"deflate\":false,\"deflate_level\":6,"
                            + "\"max_deflate_level\":6,\"snappy\":false,\"sample_rate\":7,\"auth_required\":false,"
                            + "\"output_buffer_size\":16384,\"output_buffer_timeout\":250,\"topology_region\":\"\","
                            + "\"topology_zone\":\"\"}");
            client.publish("t", "x").ok();
            assertThat(client.identify("{}").text()).isEqualTo("OK");
        }
    }

    @ParameterizedTest
    @CsvSource({"0,6", "1,1", "9,6"})
    void deflateCarriesEverythingAtTheAgreedLevel(int asked, int agreed) throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            JsonNode answer =
                    json(client, "{\"feature_negotiation\":true,\"deflate\":true,\"deflate_level\":" + asked + "}");
            assertThat(answer.get("deflate").asBoolean()).isTrue();
            assertThat(answer.get("deflate_level").asInt()).isEqualTo(agreed);
            client.startDeflate(agreed);
            client.ok();
            useIt(client);
            assertThat(stats(door).deflate()).isTrue();
        }
    }

    @Test
    void snappyCarriesEverything() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            assertThat(json(client, "{\"feature_negotiation\":true,\"snappy\":true}")
                            .get("snappy")
                            .asBoolean())
                    .isTrue();
            client.startSnappy();
            client.ok();
            useIt(client);
            assertThat(stats(door).snappy()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "deflate"})
    void tlsCarriesEverythingCompressedOrNot(String compression) throws Exception {
        X509Bundle bundle = certificate("CN=localhost");
        try (TestDoor door = door(bundle, ClientAuthPolicy.NONE, null, false);
                TestClient client = door.connect().magic()) {
            json(client, "{\"feature_negotiation\":true,\"tls_v1\":true,\"" + compression + "\":true}");
            SSLSocket socket = client.startTls(trusting(null));
            client.ok();
            switch (compression) {
                case "snappy" -> client.startSnappy();
                case "deflate" -> client.startDeflate(6);
                default -> {}
            }
            if (!compression.equals("none")) {
                client.ok();
            }
            useIt(client);
            ClientStats.Tls tls = stats(door).tls();
            assertThat(tls.version()).isEqualTo("TLS1.3");
            assertThat(tls.cipherSuite()).isEqualTo(socket.getSession().getCipherSuite());
        }
    }

    @Test
    void aHandshakeThatBeganBeforeItsCommandWasAnsweredGoesOn() throws Exception {
        SSLEngine engine = trusting(null).createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(1 << 16);
        engine.wrap(ByteBuffer.allocate(0), hello);
        hello.flip();
        try (TestDoor door = door(certificate("CN=localhost"), ClientAuthPolicy.NONE, null, false);
                TestClient client = door.connect().magic()) {
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.writeBytes(TestClient.latin1(
                    "PUB t\n" + sized("x") + "IDENTIFY\n" + sized("{\"feature_negotiation\":true,\"tls_v1\":true}")));
            packet.write(hello.array(), 0, hello.limit());
            client.send(packet.toByteArray());
            client.ok();
            assertThat(client.read().text()).contains("\"tls_v1\":true");
            assertThat(client.in().read())
                    .as("the type of a handshake's record")
                    .isEqualTo(22);
        }
    }

    @Test
    void aDoorThatRequiresTlsRefusesEverythingElse() throws Exception {
        X509Bundle bundle = certificate("CN=localhost");
        try (TestDoor door = door(bundle, ClientAuthPolicy.NONE, null, true);
                TestClient plain = door.connect().magic();
                TestClient encrypted = door.connect().magic()) {
            plain.identify("{}");
            plain.send("PUB t\n").expectError("E_INVALID cannot PUB in current state (TLS required)");
            plain.expectEnd();
            json(encrypted, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            encrypted.startTls(trusting(null));
            encrypted.ok();
            useIt(encrypted);
        }
    }

    @Test
    void aClientWithoutACertificateIsCutOffWhereOneIsRequired() throws Exception {
        X509Bundle bundle = certificate("CN=localhost");
        try (TestDoor door = door(bundle, ClientAuthPolicy.REQUIRE, null, true);
                TestClient without = door.connect().magic();
                TestClient with = door.connect().magic()) {
            json(without, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            assertThat(isCutOff(without, trusting(null))).isTrue();
            json(with, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            with.startTls(trusting(certificate("CN=anybody")));
            with.ok();
            useIt(with);
        }
    }

    @Test
    void onlyCertificatesOfTheRootCaPassWhereTheyAreVerified() throws Exception {
        X509Bundle bundle = certificate("CN=localhost");
        X509Bundle ca = certificate("CN=our CA");
        X509Bundle ours = new CertificateBuilder().subject("CN=client").buildIssuedBy(ca);
        try (TestDoor door = door(bundle, ClientAuthPolicy.REQUIRE_VERIFY, ca, true);
                TestClient stranger = door.connect().magic();
                TestClient known = door.connect().magic()) {
            json(stranger, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            assertThat(isCutOff(stranger, trusting(certificate("CN=anybody")))).isTrue();
            json(known, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            known.startTls(trusting(ours));
            known.ok();
            useIt(known);
        }
    }

    @Test
    void newCertificatesAreUsedWithoutARestartWhileThoseWhoAreConnectedStay() throws Exception {
        X509Bundle before = certificate("CN=localhost");
        X509Bundle after = certificate("CN=localhost");
        try (TestDoor door = door(before, ClientAuthPolicy.NONE, null, false);
                TestClient early = door.connect().magic();
                TestClient late = door.connect().magic()) {
            json(early, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            SSLSocket first = early.startTls(trusting(null));
            early.ok().subscribe("t", "c").send("RDY 1\n");
            assertThat(first.getSession().getPeerCertificates()[0]).isEqualTo(before.getCertificate());
            Files.writeString(folder.resolve("cert.pem"), after.getCertificatePathPEM());
            Files.writeString(folder.resolve("key.pem"), after.getPrivateKeyPEM());
            Files.setLastModifiedTime(folder.resolve("cert.pem"), FileTime.fromMillis(1000));
            assertThat(door.certificates().refresh()).isTrue();
            json(late, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            SSLSocket second = late.startTls(trusting(null));
            late.ok().publish("t", "from the late one").ok();
            assertThat(second.getSession().getPeerCertificates()[0]).isEqualTo(after.getCertificate());
            assertThat(early.message().body()).isEqualTo("from the late one");
        }
    }

    @Test
    void snappyAndDeflateTogetherAreRefusedUnlessOneOfThemIsNotOffered() throws Exception {
        String both = "{\"feature_negotiation\":true,\"snappy\":true,\"deflate\":true}";
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            assertThat(client.identify(both).text())
                    .isEqualTo("E_IDENTIFY_FAILED cannot enable both deflate and snappy compression");
            client.expectEnd();
        }
        NsqFeatures noDeflate = new NsqFeatures("1.3.0", false, false, 6, true, false, "", "");
        try (TestDoor door = TestDoor.open(folder, TestDoor.features(usual -> noDeflate));
                TestClient client = door.connect().magic()) {
            JsonNode answer = json(client, both);
            assertThat(answer.get("snappy").asBoolean()).isTrue();
            assertThat(answer.get("deflate").asBoolean()).isFalse();
            client.startSnappy();
            client.ok();
            useIt(client);
        }
    }

    @Test
    void whatIsNoHandshakeEndsTheConnection() throws Exception {
        try (TestDoor door = door(certificate("CN=localhost"), ClientAuthPolicy.NONE, null, false);
                TestClient client = door.connect().magic()) {
            json(client, "{\"feature_negotiation\":true,\"tls_v1\":true}");
            client.send("PUB t\n" + sized("not encrypted"));
            int read = 0;
            while (read >= 0) {
                read = client.in().read();
            }
            assertThat(door.broker().findTopic("t")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "deflate"})
    void whatIsNotCompressedAsAgreedEndsTheConnection(String compression) throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            json(client, "{\"feature_negotiation\":true,\"" + compression + "\":true}");
            client.send("\u00ff\u00fe\u00fd garbage garbage garbage");
            int read = 0;
            while (read >= 0) {
                read = client.in().read();
            }
            assertThat(read).isEqualTo(-1);
        }
    }

    /** Publishes and consumes small and large messages, some of them on another loop. */
    private static void useIt(TestClient client) throws IOException {
        client.publish("t", "small").ok().publish("t", BIG).ok();
        client.send("MPUB t\n" + multi("1", "2")).ok();
        client.subscribe("t", "c").send("RDY 10\n");
        assertThat(client.message().body()).isEqualTo("small");
        assertThat(client.message().body()).isEqualTo(BIG);
        assertThat(client.message().body()).isEqualTo("1");
        TestClient.Frame last = client.message();
        assertThat(last.body()).isEqualTo("2");
        client.send("REQ " + last.id() + " 0\n");
        assertThat(client.message().attempts()).isEqualTo(2);
        client.send("FIN 0123456789abcdef\n").expectError("E_FIN_FAILED FIN 0123456789abcdef failed ID not in flight");
    }

    private static ClientStats stats(TestDoor door) {
        return door.clients().snapshot().all().getFirst();
    }

    private static JsonNode json(TestClient client, String identity) throws IOException {
        return new ObjectMapper().readTree(client.identify(identity).text());
    }

    private static boolean isCutOff(TestClient client, SSLContext context) {
        try {
            client.startTls(context);
            client.ok();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private TestDoor door(X509Bundle bundle, ClientAuthPolicy policy, X509Bundle ca, boolean isRequired)
            throws Exception {
        Path certificate = Files.writeString(folder.resolve("cert.pem"), bundle.getCertificatePathPEM());
        Path key = Files.writeString(folder.resolve("key.pem"), bundle.getPrivateKeyPEM());
        Path root = ca == null ? null : Files.writeString(folder.resolve("ca.pem"), ca.getCertificatePEM());
        Certificates certificates =
                Certificates.load(new TlsConfig(certificate, key, policy, root, TlsVersion.TLS_1_2));
        NsqFeatures features = new NsqFeatures("1.3.0", isRequired, true, 6, true, false, "", "");
        return TestDoor.open(
                folder.resolve("data"),
                config -> new NsqDoorConfig(config.address(), config.limits(), features, certificates, config.auth()));
    }

    private static X509Bundle certificate(String subject) throws Exception {
        return new CertificateBuilder()
                .subject(subject)
                .setIsCertificateAuthority(true)
                .addSanDnsName("localhost")
                .buildSelfSigned();
    }

    private static SSLContext trusting(X509Bundle own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                own == null ? null : own.toKeyManagerFactory().getKeyManagers(),
                io.netty.handler.ssl.util.InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
                null);
        return context;
    }
}
