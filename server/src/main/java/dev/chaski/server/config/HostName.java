package dev.chaski.server.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;

/** This host's name, and the node number that nsqd makes from it. */
public final class HostName {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
    private static final int NODE_COUNT = 1024;

    private HostName() {}

    /**
     * The name that the operating system gives this host. Asks no name server where the kernel tells.
     *
     * @return a name; {@code localhost} where there is none
     */
    public static String get() {
        try {
            String name = Files.readString(KERNEL).trim();
            if (!name.isEmpty()) {
                return name;
            }
        } catch (IOException e) {
            // Not Linux, or no /proc: ask the platform.
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** CRC-32 of the MD5 of a host's name, as nsqd has it, so that a host keeps its number. */
    static int nodeId(String host) {
        try {
            CRC32 crc = new CRC32();
            crc.update(MessageDigest.getInstance("MD5").digest(host.getBytes(StandardCharsets.UTF_8)));
            return (int) (crc.getValue() % NODE_COUNT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
