package dev.chaski.server.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** One file as it is sent. Immutable; the arrays are not changed. */
final class ConsoleFile {
    private static final int TAG_CHARS = 32;

    private final String contentType;
    private final String etag;
    private final byte[] plain;
    private final byte[] zipped;

    ConsoleFile(String contentType, byte[] plain) {
        this.contentType = contentType;
        this.plain = plain;
        this.etag = tag(plain);
        this.zipped = zip(plain);
    }

    String contentType() {
        return contentType;
    }

    /** Changes with the content; quoted, as the header has it. */
    String etag() {
        return etag;
    }

    byte[] plain() {
        return plain;
    }

    /** By gzip; may be longer than the file where that is short. */
    byte[] zipped() {
        return zipped;
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest).substring(0, TAG_CHARS) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] zip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return out.toByteArray();
    }
}
