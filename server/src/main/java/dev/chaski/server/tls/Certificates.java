package dev.chaski.server.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificates, read again when their files change: connections made from then on get the new ones. Any
 * thread; {@link #refresh} from one at a time.
 */
public final class Certificates {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

    private final TlsConfig config;
    private volatile SslContext context;
    private List<Stamp> stamps;

    private record Stamp(Path file, long modifiedMs, long sizeBytes) {}

    private Certificates(TlsConfig config) throws TlsException {
        this.config = config;
        stamps = stamps();
        context = read();
    }

    /**
     * Reads the files.
     *
     * @param config where they are
     * @return the certificates
     * @throws TlsException where one cannot be used
     */
    public static Certificates load(TlsConfig config) throws TlsException {
        return new Certificates(config);
    }

    /**
     * What a new connection is encrypted with.
     *
     * @return a server context
     */
    public SslContext context() {
        return context;
    }

    /**
     * Reads the files again where one of them changed. What cannot be used is told to the operator, and the old ones go
     * on serving. Reads the disk: not on a loop.
     *
     * @return whether new certificates are in use now
     */
    public boolean refresh() {
        try {
            List<Stamp> now = stamps();
            if (now.equals(stamps)) {
                return false;
            }
            stamps = now;
            context = read();
            LOG.info("certificates reloaded certificate={}", config.certificate());
            return true;
        } catch (TlsException e) {
            LOG.warn("changed certificates cannot be used, the old ones stay error=\"{}\"", e.getMessage());
            return false;
        }
    }

    private SslContext read() throws TlsException {
        try {
            PrivateKey key = Pem.privateKey(config.key());
            X509Certificate[] chain = Pem.certificates(config.certificate());
            if (!KeyPairing.belongTogether(key, chain[0])) {
                throw new TlsException(
                        "the key " + config.key() + " is not that of the first certificate in " + config.certificate(),
                        null);
            }
            SslContextBuilder builder = SslContextBuilder.forServer(key, chain)
                    .sslProvider(SslProvider.JDK)
                    .protocols(config.minVersion().andNewer());
            switch (config.policy()) {
                case NONE -> builder.clientAuth(ClientAuth.NONE);
                case REQUIRE ->
                    builder.clientAuth(ClientAuth.REQUIRE).trustManager(InsecureTrustManagerFactory.INSTANCE);
                case REQUIRE_VERIFY -> {
                    builder.clientAuth(ClientAuth.REQUIRE);
                    if (config.rootCa() != null) {
                        builder.trustManager(Pem.certificates(config.rootCa()));
                    }
                }
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException(
                    "certificate " + config.certificate() + " and key " + config.key() + " do not work together: "
                            + e.getMessage(),
                    e);
        }
    }

    private List<Stamp> stamps() throws TlsException {
        List<Path> files = new ArrayList<>(List.of(config.certificate(), config.key()));
        if (config.rootCa() != null) {
            files.add(config.rootCa());
        }
        List<Stamp> found = new ArrayList<>();
        for (Path file : files) {
            try {
                found.add(new Stamp(file, Files.getLastModifiedTime(file).toMillis(), Files.size(file)));
            } catch (IOException e) {
                throw new TlsException("cannot read " + file + ": " + e, e);
            }
        }
        return found;
    }
}
