package dev.chaski.server.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes: plain, or with {@code KiB}, {@code MiB}, {@code GiB} (also {@code k}, {@code M}, {@code G}). */
public final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([kKmMgG]?)(?:i?[bB])?");

    private Sizes() {}

    /**
     * Reads one.
     *
     * @param text as above
     * @return the number of bytes
     * @throws OptionException where it is none, or too large
     */
    public static long parse(String text) throws OptionException {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new OptionException("not a size; write it in bytes, or as 64KiB, 1MiB, 2GiB");
        }
        int shift = switch (matcher.group(2)) {
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            case "g", "G" -> 30;
            default -> 0;
        };
        long count = Long.parseLong(matcher.group(1));
        if (count > Long.MAX_VALUE >> shift) {
            throw new OptionException("too large a size");
        }
        return count << shift;
    }

    static String format(long sizeBytes) {
        String[] units = {"", "KiB", "MiB", "GiB"};
        int unit = 0;
        long count = sizeBytes;
        while (unit < units.length - 1 && count > 0 && count % 1024 == 0) {
            count /= 1024;
            unit++;
        }
        return count + units[unit];
    }
}
