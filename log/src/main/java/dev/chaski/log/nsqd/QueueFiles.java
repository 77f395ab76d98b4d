package dev.chaski.log.nsqd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the messages of one queue of nsqd are: {@code NAME.diskqueue.000000.dat} and so on, of which
 * {@code NAME.diskqueue.meta.dat} says from where on they are still to be read. Used once, by one thread.
 *
 * <p>nsqd writes the latter only now and then. After a crash it may be missing, or behind: all that lies after the place
 * it names is taken, as nsqd itself does.
 */
final class QueueFiles {
    private static final Pattern META =
            Pattern.compile("(-?\\d{1,18})\\n(\\d{1,9}),(\\d{1,18})\\n(\\d{1,9}),(\\d{1,18})\\n?");
    private static final int META_BYTES_MAX = 256;

    private final Path folder;
    private final String prefix;
    private final Pattern dataName;
    private final NavigableMap<Integer, Path> files = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private long startPosition;

    private QueueFiles(Path folder, String queue) {
        this.folder = folder;
        this.prefix = queue + ".diskqueue.";
        this.dataName = Pattern.compile(Pattern.quote(prefix) + "(\\d{6,9})\\.dat");
    }

    /**
     * Finds them.
     *
     * @param names of all files in the folder
     */
    static QueueFiles find(Path folder, NavigableSet<String> names, String queue) throws IOException {
        QueueFiles found = new QueueFiles(folder, queue);
        found.list(names);
        found.readMeta();
        return found;
    }

    /** The files that are still to be read, by number. */
    NavigableMap<Integer, Path> files() {
        return files;
    }

    /** Where to begin in the first of them. */
    long startPosition() {
        return startPosition;
    }

    /** What is not as nsqd leaves it, for the operator. */
    List<String> notes() {
        return notes;
    }

    private void list(NavigableSet<String> names) {
        for (String file : names.subSet(prefix, true, prefix + Character.MAX_VALUE, false)) {
            Matcher name = dataName.matcher(file);
            if (name.matches()) {
                files.put(Integer.valueOf(name.group(1)), folder.resolve(file));
            }
        }
    }

    private void readMeta() throws IOException {
        Path path = folder.resolve(prefix + "meta.dat");
        if (!Files.isRegularFile(path)) {
            if (!files.isEmpty()) {
                notes.add(path.getFileName()
                        + " is missing (nsqd was killed before it wrote it): reading from the start of "
                        + files.firstEntry().getValue().getFileName() + ", messages that were consumed may come again");
            }
            return;
        }
        Matcher meta = META.matcher(Files.size(path) > META_BYTES_MAX ? "" : readAscii(path));
        if (!meta.matches()) {
            notes.add(
                    path.getFileName() + " makes no sense: reading from the start of the first file there is, messages"
                            + " that were consumed may come again");
            return;
        }
        begin(
                Integer.parseInt(meta.group(2)),
                Long.parseLong(meta.group(3)),
                Integer.parseInt(meta.group(4)),
                Long.parseLong(meta.group(5)));
    }

    private static String readAscii(Path path) throws IOException {
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    private void begin(int readFile, long readPosition, int writeFile, long writePosition) {
        files.headMap(readFile, false).clear(); // read, and left behind by a crash
        for (int number = readFile; number <= writeFile; number++) {
            boolean hasBytes = number < writeFile || writePosition > (number == readFile ? readPosition : 0);
            if (hasBytes && !files.containsKey(number)) {
                notes.add(prefix + String.format("%06d", number) + ".dat is missing, and with it its messages");
                number = nextAfter(number, writeFile) - 1;
            }
        }
        startPosition = files.containsKey(readFile) ? readPosition : 0;
    }

    /** So that a figure that is nonsense makes one note, and not a million. */
    private int nextAfter(int number, int last) {
        Integer next = files.higherKey(number);
        return next == null ? last + 1 : Math.min(next, last + 1);
    }
}
