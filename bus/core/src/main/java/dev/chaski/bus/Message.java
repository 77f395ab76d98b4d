package dev.chaski.bus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is published: headers and a body. It does not change; its body must not be written to. */
public final class Message {
    private final SortedMap<String, String> headers;
    private final byte[] body;

    private Message(SortedMap<String, String> headers, byte[] body) {
        this.headers = headers;
        this.body = body;
    }

    /**
     * A message with headers.
     *
     * @param headers names and values; a name has no control characters
     * @param body any bytes, not copied
     * @return the message
     * @throws BusException where a header's name is empty or has control characters
     */
    public static Message of(Map<String, String> headers, byte[] body) {
        SortedMap<String, String> sorted = new TreeMap<>(headers);
        for (String name : sorted.keySet()) {
            if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
                throw new BusException("a header's name must not be empty or have control characters");
            }
        }
        return new Message(Collections.unmodifiableSortedMap(sorted), body);
    }

    /**
     * A message without headers.
     *
     * @param body any bytes, not copied
     * @return the message
     */
    public static Message of(byte[] body) {
        return of(Map.of(), body);
    }

    /**
     * A message of text, without headers.
     *
     * @param text becomes UTF-8
     * @return the message
     */
    public static Message of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Its headers.
     *
     * @return sorted by name, not to be changed
     */
    public SortedMap<String, String> headers() {
        return headers;
    }

    /**
     * Its body.
     *
     * @return the bytes themselves, not a copy
     */
    public byte[] body() {
        return body;
    }

    /**
     * Its body as text.
     *
     * @return the body, read as UTF-8
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message message && headers.equals(message.headers) && Arrays.equals(body, message.body);
    }

    @Override
    public int hashCode() {
        return 31 * headers.hashCode() + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "message of " + body.length + " bytes with headers " + headers;
    }
}
