package dev.chaski.bus.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** What Redis does in one step; the files beside this class say what. Any thread. */
final class Script {
    static final Script PUBLISH = new Script("publish.lua");
    static final Script JOIN = new Script("join.lua");
    static final Script ACK = new Script("ack.lua");
    static final Script HAND = new Script("hand.lua");
    static final Script LEAVE = new Script("leave.lua");
    static final Script SWEEP = new Script("sweep.lua");

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_MS = 100;

    private final byte[] text;
    private final byte[] hash;

    private Script(String file) {
        text = text(file);
        hash = hash(text);
    }

    private static byte[] text(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] hash(byte[] text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /**
     * Runs it, again where the connection breaks, for some seconds: what it does may then be done twice.
     *
     * @param stream its one key
     * @param arguments texts and byte arrays
     */
    @Nullable
    Object runPatiently(RedisClient redis, byte[] stream, List<?> arguments) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            try {
                return run(redis, stream, arguments);
            } catch (JedisException e) {
                // The pool wraps what a connection throws.
                boolean isBroken =
                        e instanceof JedisConnectionException || e.getCause() instanceof JedisConnectionException;
                if (!isBroken || System.nanoTime() - deadlineNs > 0 || !paused()) {
                    throw e;
                }
            }
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(PAUSE_MS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Runs it; the server learns it when it does not know it.
     *
     * @param stream its one key
     * @param arguments texts and byte arrays
     */
    @Nullable
    Object run(RedisClient redis, byte[] stream, List<?> arguments) {
        List<byte[]> bytes = new ArrayList<>(arguments.size());
        for (Object argument : arguments) {
            bytes.add(argument instanceof byte[] raw ? raw : argument.toString().getBytes(StandardCharsets.UTF_8));
        }
        try {
            return redis.evalsha(hash, List.of(stream), bytes);
        } catch (JedisNoScriptException e) {
            return redis.eval(text, List.of(stream), bytes);
        }
    }
}
