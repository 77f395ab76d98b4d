package dev.chaski.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes of contexts from PEM files, over real sockets. */
@Timeout(60)
class ClientTlsTest {
    private static final String UNKNOWN = "nobody";

    @TempDir
    private Path folder;

    private Path root;
    private Path otherRoot;
    private SSLContext server;

    @BeforeEach
    void twoAuthorities() throws Exception {
        X509Bundle authority = authority("CN=root");
        root = write("root.pem", authority.getCertificatePEM());
        otherRoot = write("other.pem", authority("CN=other").getCertificatePEM());
        issue("server", authority);
        issue("client", authority);
        server = ClientTls.context(root, folder.resolve("server.pem"), folder.resolve("server.key"), false);
    }

    private static X509Bundle authority(String name) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject(name)
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    private void issue(String name, X509Bundle authority) throws Exception {
        X509Bundle issued =
                new CertificateBuilder().ecp256().subject("CN=" + name).buildIssuedBy(authority);
        write(name + ".pem", issued.getCertificatePEM());
        write(name + ".key", issued.getPrivateKeyPEM());
    }

    private Path write(String name, String pem) throws IOException {
        return Files.writeString(folder.resolve(name), pem);
    }

    /** Who the server thinks it talks to; throws what the client's handshake throws. */
    private String handshake(SSLContext client, boolean needsCertificate) throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(needsCertificate);
            CompletableFuture<String> seen = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> accept(listening, seen));
            try (SSLSocket socket = (SSLSocket) client.getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                socket.startHandshake();
                // A server that refuses a certificate says so after TLS 1.3's handshake.
                assertThat(socket.getInputStream().read()).isEqualTo('!');
            }
            return seen.get(20, TimeUnit.SECONDS);
        }
    }

    private static void accept(SSLServerSocket listening, CompletableFuture<String> seen) {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
            socket.startHandshake();
            socket.getOutputStream().write('!');
            seen.complete(socket.getSession().getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException e) {
            seen.complete(UNKNOWN);
        } catch (IOException e) {
            seen.completeExceptionally(e);
        }
    }

    private SSLContext client(@Nullable Path trusted, boolean trustsAll) throws TlsException {
        return ClientTls.context(trusted, null, null, trustsAll);
    }

    @Test
    void aServerIsTrustedWhoseAuthorityIsInTheFile() throws Exception {
        assertThat(handshake(client(root, false), false)).isEqualTo(UNKNOWN);
        Path both = write("both.pem", Files.readString(otherRoot) + Files.readString(root));
        assertThat(handshake(client(both, false), false)).isEqualTo(UNKNOWN);
    }

    @Test
    void anyOtherServerIsNotUnlessAllAre() throws Exception {
        assertThatThrownBy(() -> handshake(client(otherRoot, false), false)).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> handshake(client(null, false), false)).isInstanceOf(SSLException.class);
        assertThat(handshake(client(otherRoot, true), false)).isEqualTo(UNKNOWN);
        assertThat(handshake(client(null, true), false)).isEqualTo(UNKNOWN);
    }

    @Test
    void aServerThatAsksIsShownTheCertificate() throws Exception {
        SSLContext client = ClientTls.context(root, folder.resolve("client.pem"), folder.resolve("client.key"), false);
        assertThat(handshake(client, true)).isEqualTo("CN=client");
        assertThatThrownBy(() -> handshake(client(root, false), true)).isInstanceOf(IOException.class);
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws Exception {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> client(missing, false))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(missing.toString());
        Path key = folder.resolve("client.key");
        assertThatThrownBy(() -> client(key, false))
                .isInstanceOf(TlsException.class)
                .hasMessage("there is no certificate in " + key);
        assertThatThrownBy(() -> ClientTls.context(root, folder.resolve("client.pem"), root, false))
                .isInstanceOf(TlsException.class)
                .hasMessage("there is no unencrypted private key in " + root);
    }
}
