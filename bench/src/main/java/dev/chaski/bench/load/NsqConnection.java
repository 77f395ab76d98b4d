package dev.chaski.bench.load;

import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.wire.Commands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection of the NSQ protocol: greeting, heartbeats, errors. Confined to its loop once registered. */
abstract class NsqConnection extends Connection implements FrameSink {
    /** Room for the greeting and for what is answered now and then. */
    static final int CONTROL_BYTES = 512;

    private static final byte[] HEARTBEAT = "_heartbeat_".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK = {'O', 'K'};
    private static final String REFUSED_PATTERN = "E_(FIN|REQ|TOUCH)_FAILED.*";

    private final FrameWalker walker = new FrameWalker(this);
    private final byte[] hello;
    private boolean identified;

    /** Commands to be written, from 0 to its position. */
    ByteBuffer out = ByteBuffer.allocateDirect(CONTROL_BYTES);
    /** When the bytes that are being walked over were read. */
    long nowNs;

    NsqConnection(NetLoop loop, SocketChannel channel, byte[] hello) {
        super(loop, channel);
        this.hello = hello;
    }

    /** The server has answered the greeting. */
    abstract void identified() throws IOException;

    /** The server has answered OK to a command after the greeting. */
    abstract void ok() throws IOException;

    /** All that was read has been walked over. */
    abstract void walked() throws IOException;

    @Override
    void opened() throws IOException {
        Commands.magic(out);
        Commands.identify(out, hello);
        flush();
    }

    @Override
    final void received(ByteBuffer buffer) throws IOException {
        nowNs = System.nanoTime();
        walker.walk(buffer);
        walked();
    }

    @Override
    boolean write() throws IOException {
        if (out.position() == 0) {
            return true;
        }
        channel.write(out.flip());
        boolean all = !out.hasRemaining();
        out.compact();
        return all;
    }

    @Override
    public final void response(ByteBuffer buffer, int position, int length) throws IOException {
        if (is(HEARTBEAT, buffer, position, length)) {
            heartbeat();
        } else if (!identified) {
            identified = true;
            identified();
        } else if (is(OK, buffer, position, length)) {
            ok();
        } else {
            throw new IOException("the server answered \"" + text(buffer, position, length) + "\" where OK was due");
        }
    }

    @Override
    public final void error(ByteBuffer buffer, int position, int length) {
        String text = text(buffer, position, length);
        if (!text.matches(REFUSED_PATTERN)) {
            throw new BenchException(Kind.FAILED, label() + ": the server answered " + text);
        }
        loop.tally().refused++;
    }

    void heartbeat() throws IOException {
        if (out.remaining() >= CONTROL_BYTES / 2) {
            loop.tally().heartbeats++;
            Commands.nop(out);
            flush();
        }
    }

    private static boolean is(byte[] expected, ByteBuffer buffer, int position, int length) {
        if (length != expected.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.get(position + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static String text(ByteBuffer buffer, int position, int length) {
        byte[] text = new byte[length];
        buffer.get(position, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
