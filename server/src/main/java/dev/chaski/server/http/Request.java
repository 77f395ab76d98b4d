package dev.chaski.server.http;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A whole request for an endpoint that may block. Immutable. */
public final class Request {
    /**
     * What was asked for, and by whom.
     *
     * @param query what follows the question mark
     * @param argument last segment of the path where the endpoint takes one, the rest of it where it takes that, else
     *     empty
     * @param parameters what stands at the named places of the path
     * @param headers its headers
     * @param remote who sent it
     */
    record Head(
            Query query,
            String argument,
            Map<String, String> parameters,
            HttpHeaders headers,
            InetSocketAddress remote) {}

    private final Head head;
    private final byte[] body;

    Request(Head head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /** A request with nothing but a query, for tests of endpoints. */
    static Request of(Query query) {
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new Request(new Head(query, "", Map.of(), EmptyHttpHeaders.INSTANCE, nobody), new byte[0]);
    }

    /**
     * What follows the question mark.
     *
     * @return the query, which may be invalid
     */
    public Query query() {
        return head.query();
    }

    /**
     * The part of the path that the endpoint takes.
     *
     * @return without escapes; empty where it takes none
     */
    public String argument() {
        return head.argument();
    }

    /**
     * What stands at a named place of the path.
     *
     * @param name the place, one of those in the endpoint's pattern
     * @return without escapes, not empty
     */
    public String parameter(String name) {
        String value = head.parameters().get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in the pattern of this endpoint");
        }
        return value;
    }

    /**
     * A header.
     *
     * @param name its name, in any case
     * @return the first value, or null
     */
    public @Nullable String header(String name) {
        return head.headers().get(name);
    }

    /**
     * Who sent it: the address at the other end of the connection.
     *
     * @return address and port
     */
    public InetSocketAddress remote() {
        return head.remote();
    }

    /**
     * Its body, where the endpoint reads one.
     *
     * @return the bytes, not to be changed
     */
    public byte[] bytes() {
        return body;
    }

    /**
     * Its body as text.
     *
     * @return of UTF-8
     */
    public String body() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
