package dev.chaski.cli.tofile;

import dev.chaski.cli.tofile.MarkFormat.Content;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Puts in order what a process that is gone has left: cuts off what was not written whole, and brings the file to where whole
 * files are. What is cut was never synced, so its messages were not finished. Any thread.
 */
public final class Repair {
    private final Path workFolder;
    private final OpenFiles marks;
    private final FileOpener opener;
    private final FileEvents events;

    Repair(Path workFolder, FileOpener opener, FileEvents events) {
        this.workFolder = workFolder;
        this.opener = opener;
        this.events = events;
        marks = new OpenFiles(workFolder, opener);
    }

    /**
     * Puts in order all that is left in a work folder, of whatever topic.
     *
     * @param workFolder where files are while they are written
     * @param events hears of it
     * @throws IOException where it cannot be done
     */
    public static void all(Path workFolder, FileEvents events) throws IOException {
        new Repair(workFolder, FileOpener.REAL, events).all();
    }

    void all() throws IOException {
        List<Mark> left = marks.left();
        for (int i = 0; i < left.size(); i++) {
            try {
                one(left.get(i));
            } catch (IOException e) {
                for (Mark rest : left.subList(i + 1, left.size())) {
                    rest.leave();
                }
                throw e;
            }
        }
    }

    /** Puts one file in order, and removes its mark. */
    void one(Mark mark) throws IOException {
        Content content = mark.content();
        Path file = content.in(workFolder);
        try {
            if (Files.exists(file)) {
                long cut = cut(file, content);
                Path last =
                        content.isNumbered() && Files.size(file) == 0 ? delete(file) : move(file, workFolder, content);
                events.repaired(last, cut);
            }
            mark.remove();
        } catch (IOException e) {
            mark.leave();
            throw e;
        }
    }

    private static Path delete(Path file) throws IOException {
        Files.delete(file);
        Folders.sync(Folders.parent(file));
        return file;
    }

    /** Returns how many bytes it cut off. */
    private long cut(Path file, Content content) throws IOException {
        try (FileChannel channel = opener.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            long end = content.isGzip()
                    ? WholeMembers.end(channel, content.synced())
                    : WholeLines.end(channel, content.synced());
            if (end < size) {
                channel.truncate(end);
            }
            channel.force(true);
            return size - end;
        }
    }

    /** Brings a whole file to the folder of whole files, with the next number that is free there. */
    static Path move(Path file, Path workFolder, Content content) throws IOException {
        if (content.output().equals(workFolder)) {
            return file;
        }
        Content to = content;
        Folders.create(Folders.parent(to.in(content.output())));
        while (!Folders.move(file, to.in(content.output()))) {
            to = to.numbered(to.number() + 1);
        }
        return to.in(content.output());
    }
}
