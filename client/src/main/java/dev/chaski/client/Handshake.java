package dev.chaski.client;

import dev.chaski.wire.Commands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Makes a connection ready: IDENTIFY, then TLS, compression and AUTH as agreed. Used by one thread, once. What takes
 * longer than the connect time-out fails.
 */
final class Handshake {
    private static final int COMMAND_BYTES = 64;

    private final Link link;
    private final ConnectionConfig config;

    private Handshake(Link link, ConnectionConfig config) {
        this.link = link;
        this.config = config;
    }

    /**
     * Does it all.
     *
     * @return what was agreed
     * @throws ServerErrorException where the server refuses
     * @throws IOException where the connection fails or the server says what it should not
     */
    static Agreement perform(Link link, ConnectionConfig config) throws IOException {
        Handshake handshake = new Handshake(link, config);
        Agreement agreement = handshake.identify();
        handshake.encrypt(agreement);
        handshake.compress(agreement);
        handshake.authenticate(agreement);
        return agreement;
    }

    private Agreement identify() throws IOException {
        byte[] json = config.identify().getBytes(StandardCharsets.UTF_8);
        send(json.length, buffer -> {
            Commands.magic(buffer);
            Commands.identify(buffer, json);
        });
        return Agreement.parse(answer());
    }

    private void encrypt(Agreement agreement) throws IOException {
        if (config.tls() == null) {
            if (agreement.isTls()) {
                throw new ProtocolException("the server goes on with TLS, which was not asked for");
            }
            return;
        }
        if (!agreement.isTls()) {
            throw new ProtocolException("the server has no TLS");
        }
        link.encrypt(Objects.requireNonNull(config.tls()).getSocketFactory(), config.checksHostName());
        expectOk();
    }

    private void compress(Agreement agreement) throws IOException {
        if (agreement.isSnappy() && config.compression() == Compression.SNAPPY) {
            link.snappy();
            expectOk();
        } else if (agreement.isDeflate() && config.compression() == Compression.DEFLATE) {
            link.deflate(config.deflateLevel());
            expectOk();
        }
        // A server without it is spoken to without it: all is as right as before, only longer.
    }

    private void authenticate(Agreement agreement) throws IOException {
        if (!agreement.isAuthRequired()) {
            return;
        }
        if (config.authSecret() == null) {
            throw new ServerErrorException("E_AUTH_FIRST the server asks for a secret, and none is set");
        }
        byte[] secret = config.authSecret().getBytes(StandardCharsets.UTF_8);
        send(secret.length, buffer -> Commands.auth(buffer, secret));
        answer();
    }

    private void send(int bodyBytes, Consumer<ByteBuffer> command) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COMMAND_BYTES + bodyBytes);
        command.accept(buffer);
        link.out().write(buffer.array(), 0, buffer.position());
        link.out().flush();
    }

    private void expectOk() throws IOException {
        String answer = answer();
        if (!answer.equals(Frame.OK)) {
            throw new ProtocolException("OK was expected, not " + answer);
        }
    }

    private String answer() throws IOException {
        return switch (FrameReader.exact(link.in(), config.frameBytesMax()).read()) {
            case Frame.Response response -> response.text();
            case Frame.Failure failure -> throw new ServerErrorException(failure.text());
            case Frame.Delivery ignored -> throw new ProtocolException("a message before SUB");
        };
    }
}
