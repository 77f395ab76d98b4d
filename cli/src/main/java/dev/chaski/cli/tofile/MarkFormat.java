package dev.chaski.cli.tofile;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Mark} says, in lines of text. It is written before the file it is about is made; how far that file is synced
 * is written over after each sync, and is never more than the truth.
 *
 * <pre>
 * chaski-to-file 1              version
 * synced 00000000000000004096   bytes, always 20 digits at {@link #SYNCED_AT}
 * gzip true
 * numbered true                 the file is this process's alone; else it appended
 * number 3
 * name orders.host&lt;REV&gt;.log    below the work folder
 * output /var/spool/done        where it goes when it is whole
 * end                           without it the mark was not written whole, and there is no file yet
 * </pre>
 */
final class MarkFormat {
    private static final String HEAD = "chaski-to-file 1\nsynced ";
    /** Where the digits of the synced bytes are. */
    static final int SYNCED_AT = HEAD.length();

    private static final int SYNCED_DIGITS = 20;
    /** More than any mark has: names of files are shorter. */
    static final int BYTES_MAX = 32 << 10;

    private static final int LINES = 8;

    private MarkFormat() {}

    /**
     * What a mark tells of its file.
     *
     * @param name below the work folder, with {@link FileSettings#REV} where it is numbered
     * @param number what stands there
     * @param output the folder for when it is whole
     * @param isGzip whether it has members of gzip, not lines
     * @param isNumbered whether it was made by the process that marked it
     * @param synced that so many bytes are whole and on the disk
     */
    record Content(String name, int number, Path output, boolean isGzip, boolean isNumbered, long synced) {
        /** The file below a folder. */
        Path in(Path folder) {
            return folder.resolve(FileNames.numbered(name, number));
        }

        Content numbered(int other) {
            return new Content(name, other, output, isGzip, isNumbered, 0);
        }
    }

    static byte[] text(Content content) {
        String text = HEAD + digits(content.synced())
                + "\ngzip " + content.isGzip()
                + "\nnumbered " + content.isNumbered()
                + "\nnumber " + content.number()
                + "\nname " + content.name()
                + "\noutput " + content.output()
                + "\nend\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] syncedText(long synced) {
        return digits(synced).getBytes(StandardCharsets.US_ASCII);
    }

    private static String digits(long number) {
        return String.format(Locale.ROOT, "%0" + SYNCED_DIGITS + "d", number);
    }

    /** Null where it was not written whole. */
    static @Nullable Content parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String[] lines = text.split("\n", -1);
        if (!text.startsWith(HEAD) || !text.endsWith("\nend\n") || lines.length != LINES + 1) {
            return null;
        }
        try {
            return new Content(
                    value(lines[5]),
                    Integer.parseInt(value(lines[4])),
                    Path.of(value(lines[6])),
                    Boolean.parseBoolean(value(lines[2])),
                    Boolean.parseBoolean(value(lines[3])),
                    Long.parseLong(value(lines[1])));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String value(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }
}
