package dev.chaski.cli.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Who listens on a port, as Linux tells it: proc(5), {@code net/tcp} and {@code fd}. */
final class PortOwners {
    private static final int ADDRESS_FIELD = 1;
    private static final int STATE_FIELD = 3;
    private static final int INODE_FIELD = 9;
    private static final String LISTENING = "0A";
    private static final int HEXADECIMAL = 16;

    private final SystemFiles system;

    PortOwners(SystemFiles system) {
        this.system = system;
    }

    /** The process that listens there; empty where it is of another user, or the system does not tell. */
    OptionalLong pid(int port) {
        Set<String> sockets = new HashSet<>();
        for (String file : List.of("proc/net/tcp", "proc/net/tcp6")) {
            for (String line : system.lines(file)) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length > INODE_FIELD && fields[STATE_FIELD].equals(LISTENING) && isOn(fields, port)) {
                    sockets.add("socket:[" + fields[INODE_FIELD] + "]");
                }
            }
        }
        return sockets.isEmpty() ? OptionalLong.empty() : holder(sockets);
    }

    private static boolean isOn(String[] fields, int port) {
        String address = fields[ADDRESS_FIELD];
        try {
            return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL) == port;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private OptionalLong holder(Set<String> sockets) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(system.path("proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fd"), sockets)) {
                    return OptionalLong.of(Long.parseLong(String.valueOf(process.getFileName())));
                }
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    private static boolean holds(Path descriptors, Set<String> sockets) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                if (isOneOf(descriptor, sockets)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false; // of another user, or gone
        }
    }

    private static boolean isOneOf(Path descriptor, Set<String> sockets) {
        try {
            return sockets.contains(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** What a process is, in a few words. */
    String name(long pid) {
        List<String> name = system.lines("proc/" + pid + "/comm");
        return "process " + pid + (name.isEmpty() ? "" : " (" + name.getFirst() + ")");
    }
}
