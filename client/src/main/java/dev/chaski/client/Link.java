package dev.chaski.client;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A socket and the layers over it. One thread builds it up; then one may read and one write. {@link #abort} is for any
 * thread. Nothing is read ahead, so that a layer begins at the right byte.
 */
final class Link implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Socket socket;
    private final ServerAddress address;
    private @Nullable SSLSocket secure;
    private @Nullable Inflater inflater;
    private @Nullable Deflater deflater;
    private InputStream in;
    private OutputStream out;

    private Link(ServerAddress address, Socket socket) throws IOException {
        this.address = address;
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    static Link connect(ServerAddress address, int timeoutMs) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.setSoTimeout(timeoutMs);
            socket.connect(Resolver.resolve(address, timeoutMs), timeoutMs);
            return new Link(address, socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    void encrypt(SSLSocketFactory factory, boolean checksHostName) throws IOException {
        SSLSocket tls = (SSLSocket) factory.createSocket(socket, address.host(), address.port(), true);
        if (checksHostName) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
        }
        tls.startHandshake();
        secure = tls;
        in = tls.getInputStream();
        out = tls.getOutputStream();
    }

    void snappy() {
        in = new SnappyInputStream(new BufferedInputStream(in, BUFFER_BYTES));
        out = new SnappyOutputStream(new BufferedOutputStream(out, BUFFER_BYTES));
    }

    /** Raw deflate without a header; a flush ends with an empty block, so that the server gets all there is. */
    void deflate(int level) {
        Inflater reading = new Inflater(true);
        Deflater writing = new Deflater(level, true);
        in = new InflaterInputStream(in, reading, BUFFER_BYTES);
        out = new DeflaterOutputStream(new BufferedOutputStream(out, BUFFER_BYTES), writing, BUFFER_BYTES, true);
        inflater = reading;
        deflater = writing;
    }

    /** From now on reads wait for as long as it takes: somebody else has an eye on it. */
    void endReadTimeout() throws IOException {
        socket.setSoTimeout(0);
    }

    /** The end of what is written; the server reads it to the end, then closes. By the writing thread. */
    void shutdownOutput() throws IOException {
        out.flush();
        if (secure != null) {
            secure.shutdownOutput();
        } else {
            socket.shutdownOutput();
        }
    }

    /** Ends reading and writing at once. TLS is not told: its farewell would wait for a peer that does not read. */
    void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    /** Frees what {@link #abort} leaves. When nobody reads or writes any more. */
    @Override
    public void close() {
        abort();
        if (inflater != null) {
            inflater.end();
        }
        if (deflater != null) {
            deflater.end();
        }
    }
}
