package dev.chaski.server.nsq;

import dev.chaski.server.clients.ClientStats;
import dev.chaski.server.tls.Certificates;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.SnappyFrameDecoder;
import io.netty.handler.codec.compression.SnappyFrameEncoder;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * IDENTIFY, and the wrapping of the connection that follows: TLS, then snappy or deflate, each confirmed by OK. Confined
 * to the connection's loop, but for {@link #tls} and {@link #agreement}.
 */
final class Negotiation {
    private static final Logger LOG = LoggerFactory.getLogger(Negotiation.class);
    private static final Agreement NOTHING = new Agreement(false, false, 0, false);
    /** How long a TLS handshake may take. */
    private static final long HANDSHAKE_TIMEOUT_SECONDS = 5;

    private final Connection client;
    private volatile Agreement agreement = NOTHING;
    private volatile ClientStats.@Nullable Tls tls;
    private String commonName = "";
    private boolean isUpgrading;

    Negotiation(Connection client) {
        this.client = client;
    }

    /** What the connection is wrapped in. Any thread. */
    Agreement agreement() {
        return agreement;
    }

    /** How it is encrypted, or null. Any thread. */
    ClientStats.@Nullable Tls tls() {
        return tls;
    }

    boolean isEncrypted() {
        return tls != null;
    }

    /** Whether bytes go to the socket as they are. */
    boolean isPlain() {
        return agreement.equals(NOTHING);
    }

    boolean isUpgrading() {
        return isUpgrading;
    }

    /** Common name in the client's certificate, or empty. */
    String commonName() {
        return commonName;
    }

    boolean isTlsMissing() {
        return !isEncrypted() && client.door().config().features().tlsRequired();
    }

    boolean identify(int lineBytes) throws Refusal {
        if (client.consuming().isSubscribed()) {
            throw Refusal.invalid("cannot IDENTIFY in current state");
        }
        byte[] body = Bodies.read(client, "IDENTIFY", lineBytes);
        if (body.length == 0 || client.mustWaitForAnswers()) {
            return false;
        }
        Identity identity = Identity.parse(body);
        ClientSettings settings = identity.settings(client.settings(), client.limits());
        boolean isNegotiating = identity.wants(IdentityField.FEATURE_NEGOTIATION);
        Agreement agreed = isNegotiating
                ? Agreement.between(
                        identity,
                        client.door().config().features(),
                        client.door().config().certificates() != null)
                : NOTHING;
        if (!isPlain() && (agreed.tls() || agreed.snappy() || agreed.deflate())) {
            throw Refusal.of("E_IDENTIFY_FAILED", "IDENTIFY failed the connection was upgraded before");
        }
        client.settle(settings);
        client.input().consume(lineBytes + Integer.BYTES + body.length);
        if (isNegotiating) {
            client.output().response(Replies.identified(client, agreed));
            upgrade(agreed);
        } else {
            client.output().oks(1);
        }
        return true;
    }

    private void upgrade(Agreement agreed) {
        if (!agreed.tls() && !agreed.snappy() && !agreed.deflate()) {
            return;
        }
        isUpgrading = true;
        agreement = agreed;
        client.output().flush();
        Certificates certificates = client.door().config().certificates();
        if (agreed.tls() && certificates != null) {
            client.gate().close(ReadGate.HANDSHAKE);
            SslHandler handler =
                    certificates.context().newHandler(client.channel().alloc());
            handler.setHandshakeTimeout(HANDSHAKE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            ByteBuf rest = client.input().takeAll();
            ChannelPipeline pipeline = client.channel().pipeline();
            pipeline.addFirst(handler);
            handler.handshakeFuture().addListener(done -> {
                if (done.isSuccess()) {
                    encrypted(handler.engine().getSession(), handler.applicationProtocol());
                    compress(agreed);
                    client.gate().open(ReadGate.HANDSHAKE);
                    client.execute();
                } else {
                    LOG.debug(
                            "TLS failed client={} error=\"{}\"", client.remoteAddress(), String.valueOf(done.cause()));
                    client.channel().close();
                }
            });
            refeed(pipeline, rest);
        } else {
            compress(agreed);
        }
    }

    private void encrypted(SSLSession session, @Nullable String protocol) {
        String version = session.getProtocol().replace("TLSv", "TLS");
        tls = new ClientStats.Tls(
                session.getCipherSuite(),
                version.indexOf('.') < 0 ? version + ".0" : version,
                protocol == null ? "" : protocol,
                protocol != null);
        commonName = commonName(session);
        client.output().oks(1);
        client.output().flush();
    }

    private void compress(Agreement agreed) {
        ChannelPipeline pipeline = client.channel().pipeline();
        isUpgrading = false;
        if (!agreed.snappy() && !agreed.deflate()) {
            return;
        }
        client.output().flush();
        ByteBuf rest = client.input().takeAll();
        if (agreed.snappy()) {
            pipeline.addBefore(Connection.HANDLER, null, new SnappyFrameEncoder());
            pipeline.addBefore(Connection.HANDLER, "decompress", new SnappyFrameDecoder(true));
        } else {
            pipeline.addBefore(Connection.HANDLER, null, new DeflateEncoder(agreed.deflateLevel()));
            pipeline.addBefore(Connection.HANDLER, "decompress", new InflateDecoder());
        }
        client.output().oks(1);
        client.output().flush();
        if (rest.isReadable()) {
            // Sent by a client that did not wait for the OK: it has to go through what was put in before us.
            feedDecoder(pipeline, rest);
        } else {
            rest.release();
        }
    }

    private static void feedDecoder(ChannelPipeline pipeline, ByteBuf rest) {
        try {
            ((io.netty.channel.ChannelInboundHandler) pipeline.get("decompress"))
                    .channelRead(pipeline.context("decompress"), rest);
        } catch (Exception e) {
            pipeline.context("decompress").fireExceptionCaught(e);
        }
    }

    private static void refeed(ChannelPipeline pipeline, ByteBuf rest) {
        if (rest.isReadable()) {
            pipeline.fireChannelRead(rest);
            // Without it the handshake's answer would wait for the client's next bytes, and the client for the answer.
            pipeline.fireChannelReadComplete();
        } else {
            rest.release();
        }
    }

    private static String commonName(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            if (chain.length > 0 && chain[0] instanceof X509Certificate certificate) {
                for (Rdn part :
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                    if (part.getType().equalsIgnoreCase("CN")) {
                        return String.valueOf(part.getValue());
                    }
                }
            }
        } catch (SSLPeerUnverifiedException | InvalidNameException e) {
            return "";
        }
        return "";
    }
}
