package dev.chaski.cli.tofile;

import java.nio.file.Path;
import java.util.Locale;

/** The names of a topic's files, as nsq_to_file makes them. Any thread. */
final class FileNames {
    private final FileSettings settings;
    private final String format;

    /**
     * Makes the names of a topic.
     *
     * @throws IllegalArgumentException where they would lead out of the folder: {@code ..} may be a topic
     */
    FileNames(FileSettings settings, String topic) {
        this.settings = settings;
        String named = settings.nameFormat()
                .replace("<TOPIC>", topic)
                .replace("<HOST>", settings.host())
                .replace("<PID>", Long.toString(ProcessHandle.current().pid()));
        if (!settings.isNumbered()) {
            named = named.replace(FileSettings.REV, "");
        }
        format = settings.isGzip() && !named.endsWith(".gz") ? named + ".gz" : named;
        check(current());
    }

    /** The present name below a folder, with {@link FileSettings#REV} still in it where files are numbered. */
    String current() {
        String date = settings.dateText()
                .at(settings.clock().instant().atZone(settings.clock().getZone()));
        return format.replace("<DATETIME>", date);
    }

    /** A name with its number. */
    static String numbered(String name, int number) {
        return name.replace(FileSettings.REV, String.format(Locale.ROOT, "-%06d", number));
    }

    private static void check(String name) {
        Path path = Path.of(numbered(name, 0));
        if (path.isAbsolute()) {
            throw new IllegalArgumentException("the file \"" + name + "\" would not be in the folder of files");
        }
        for (Path part : path) {
            String text = part.toString();
            if (text.equals("..") || text.equals(".") || text.isEmpty()) {
                throw new IllegalArgumentException("the file \"" + name + "\" would not be in the folder of files");
            }
        }
    }
}
