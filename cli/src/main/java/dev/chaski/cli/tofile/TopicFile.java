package dev.chaski.cli.tofile;

import dev.chaski.cli.tofile.MarkFormat.Content;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The file of a topic: one at a time, and the next when it is over. After any exception {@link #abandon} it: nothing that was
 * not synced counts as written then. One thread.
 */
final class TopicFile {
    private static final int NUMBER_MAX = 999_999_999;

    private final FileSettings settings;
    private final FileNames names;
    private final FileOpener opener;
    private final FileEvents events;
    private final OpenFiles marks;
    private final Repair repair;
    private @Nullable OutputFile file;
    private String name = "";
    private int number;
    private Instant openedAt = Instant.EPOCH;
    private boolean wasAbandoned;

    /**
     * Makes no file yet.
     *
     * @throws IllegalArgumentException where the topic's files would lie outside their folder
     */
    TopicFile(FileSettings settings, String topic, FileOpener opener, FileEvents events) {
        this.settings = settings;
        this.opener = opener;
        this.events = events;
        names = new FileNames(settings, topic);
        marks = new OpenFiles(settings.workFolder(), opener);
        repair = new Repair(settings.workFolder(), opener, events);
    }

    /** Whether there is a file, and its time is over. */
    boolean isOver() {
        if (file == null) {
            return false;
        }
        boolean isOld = !settings.rotateInterval().isZero()
                && settings.clock().instant().isAfter(openedAt.plus(settings.rotateInterval()));
        return isOld || !names.current().equals(name);
    }

    /** Whether there is a file, and nothing more fits in. */
    boolean isFull() {
        return file != null && settings.rotateBytes() > 0 && file.contentBytes() > settings.rotateBytes();
    }

    boolean isOpen() {
        return file != null;
    }

    /** Writes a line, to a new file where there is none. */
    void write(byte[] body) throws IOException {
        open().write(body);
    }

    /** Makes durable what was written. */
    void sync() throws IOException {
        if (file != null) {
            file.sync();
        }
    }

    /** Makes a file where there is none. */
    OutputFile open() throws IOException {
        if (file == null) {
            if (wasAbandoned) {
                repair.all();
                wasAbandoned = false;
            }
            file = settings.isNumbered() ? openNumbered() : openNamed();
            openedAt = settings.clock().instant();
            events.opened(file.path(), file.size());
        }
        return file;
    }

    /** Syncs the file, and brings it to where whole files are. */
    void close() throws IOException {
        OutputFile whole = file;
        if (whole == null) {
            return;
        }
        whole.close();
        long bytes = whole.size();
        Path last =
                Repair.move(whole.path(), settings.workFolder(), whole.mark().content());
        whole.mark().remove();
        file = null;
        events.closed(last, bytes, whole.messages());
    }

    /** Gives the file up after a failure; the next is opened when what is left of it was put in order. */
    void abandon() throws IOException {
        OutputFile broken = file;
        file = null;
        wasAbandoned = true;
        if (broken != null) {
            broken.abandon();
        }
    }

    private OutputFile openNumbered() throws IOException {
        String wanted = names.current();
        int next = wanted.equals(name) ? number + 1 : 0;
        for (; next <= NUMBER_MAX; next++) {
            Content content = content(wanted, next);
            if (!Files.exists(content.in(settings.workFolder()))
                    && !Files.exists(content.in(settings.outputFolder()))) {
                OutputFile made = open(content, StandardOpenOption.CREATE_NEW);
                if (made != null) {
                    name = wanted;
                    number = next;
                    return made;
                }
            }
        }
        throw new IOException("there are more than " + NUMBER_MAX + " files " + wanted);
    }

    /** Goes on with the file of that name, if there is one. */
    private OutputFile openNamed() throws IOException {
        name = names.current();
        OutputFile opened = open(content(name, 0), StandardOpenOption.CREATE);
        if (opened == null) {
            throw new IOException(
                    "another process writes to " + settings.workFolder().resolve(name)
                            + ": give each a name of its own, with <PID> in --filename-format");
        }
        return opened;
    }

    private Content content(String wanted, int next) {
        return new Content(wanted, next, settings.outputFolder(), settings.isGzip(), settings.isNumbered(), 0);
    }

    /** Null where another process has it, or was quicker to make it. */
    private @Nullable OutputFile open(Content content, StandardOpenOption how) throws IOException {
        Path path = content.in(settings.workFolder());
        Folders.create(Folders.parent(path));
        Mark mark = marks.claim(content);
        while (mark != null && mark.isLeft()) {
            repair.one(mark);
            mark = marks.claim(content);
        }
        if (mark == null) {
            return null;
        }
        try {
            return output(path, opener.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, how), mark);
        } catch (FileAlreadyExistsException e) {
            mark.remove();
            return null;
        } catch (IOException e) {
            mark.leave();
            throw e;
        }
    }

    private OutputFile output(Path path, FileChannel channel, Mark mark) throws IOException {
        try {
            return new OutputFile(path, channel, mark, settings.gzipLevel());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
