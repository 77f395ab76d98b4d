package dev.chaski.server.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant. */
final class Nearest {
    private Nearest() {}

    /** The name that needs the fewest changes, or null where none is near. */
    static @Nullable String of(String given, Collection<String> names) {
        String wanted = given.toLowerCase(Locale.ROOT);
        int limit = Math.max(2, wanted.length() / 3);
        String nearest = null;
        for (String name : names) {
            int changes = changes(wanted, name.toLowerCase(Locale.ROOT));
            if (changes < limit || changes == limit && nearest == null) {
                nearest = name;
                limit = changes;
            }
        }
        return nearest;
    }

    /** How many letters must be put in, taken out or replaced. */
    static int changes(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
