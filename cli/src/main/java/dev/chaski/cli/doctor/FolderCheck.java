package dev.chaski.cli.doctor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The data folder: whose it is, who holds it, and which version wrote it. What is in it is for {@code chaski inspect}. */
final class FolderCheck {
    private static final String SUBJECT = "data folder";
    private static final String FORMAT_PREFIX = "chaski-log ";
    /** The newest layout that this version reads. */
    private static final int FORMAT = 1;

    private final Path folder;
    private OptionalLong holder = OptionalLong.empty();

    FolderCheck(Path folder) {
        this.folder = folder;
    }

    /** Process id of the broker that runs on it, where one does; known after {@link #look}. */
    OptionalLong holder() {
        return holder;
    }

    List<Finding> look() throws IOException {
        if (!Files.exists(folder)) {
            return List.of(missing());
        }
        if (!Files.isDirectory(folder)) {
            return List.of(Finding.fail(SUBJECT, folder + " is no folder", "give another one as --data-path"));
        }
        List<Finding> findings = new ArrayList<>();
        if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
            findings.add(Finding.fail(
                    SUBJECT,
                    folder + " belongs to " + Files.getOwner(folder).getName() + ", and user "
                            + System.getProperty("user.name") + " may not write there",
                    "chown it, or run as its owner"));
            return findings;
        }
        findings.add(format());
        findings.add(lock());
        findings.addAll(quarantine());
        return findings;
    }

    private Finding missing() {
        Path parent = folder.getParent();
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        return parent == null || !Files.isWritable(parent)
                ? Finding.fail(
                        SUBJECT,
                        folder + " is not there and cannot be made: user " + System.getProperty("user.name")
                                + " may not write in " + parent,
                        "make it, and give it to the user that runs the broker")
                : Finding.ok(SUBJECT, folder + " is made at the first start");
    }

    private Finding format() throws IOException {
        Path file = folder.resolve("format");
        if (!Files.exists(file)) {
            try (Stream<Path> content = Files.list(folder)) {
                return content.findAny().isEmpty()
                        ? Finding.ok(SUBJECT, folder + " is empty")
                        : Finding.warn(
                                SUBJECT,
                                folder + " has files, and none that says that Chaski wrote them",
                                "give a folder of its own as --data-path");
            }
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        int version = 0;
        try {
            version = text.startsWith(FORMAT_PREFIX) ? Integer.parseInt(text.substring(FORMAT_PREFIX.length())) : 0;
        } catch (NumberFormatException e) {
            version = 0; // told below
        }
        if (version > FORMAT) {
            return Finding.fail(
                    SUBJECT,
                    folder + " has format " + version + ", this version reads up to " + FORMAT,
                    "run the newer version that wrote it");
        }
        return version < 1
                ? Finding.fail(SUBJECT, file + " says no format", "restore the file, or use another folder")
                : Finding.ok(SUBJECT, folder + " has format " + version);
    }

    private Finding lock() throws IOException {
        Path file = folder.resolve("lock");
        if (!Files.exists(file)) {
            return Finding.ok(SUBJECT, "no broker runs on it");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock taken = channel.tryLock()) {
            if (taken != null) {
                return Finding.ok(SUBJECT, "no broker runs on it");
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: told below.
        } catch (AccessDeniedException e) {
            return Finding.fail(
                    SUBJECT,
                    file + " belongs to " + Files.getOwner(file).getName() + " and cannot be locked",
                    "run as its owner, or chown the folder with all that is in it");
        }
        String owner = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (owner.matches("pid \\d{1,18}")) {
            holder = OptionalLong.of(Long.parseLong(owner.substring("pid ".length())));
        }
        return Finding.ok(SUBJECT, "a broker runs on it (" + owner + ")");
    }

    private List<Finding> quarantine() throws IOException {
        Path quarantine = folder.resolve("quarantine");
        if (!Files.isDirectory(quarantine)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(quarantine)) {
            long count = files.count();
            return count == 0
                    ? List.of()
                    : List.of(Finding.warn(
                            SUBJECT,
                            count + " files in quarantine: bytes of the disk have changed",
                            "look with chaski inspect --verify, and at the disk"));
        }
    }
}
