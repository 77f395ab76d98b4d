package dev.chaski.server.admin;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the console's API is told at its start.
 *
 * @param adminUsers who may change something; everybody where it is empty
 * @param isReadOnly whether nobody may
 * @param version of this broker
 * @param lookups host and HTTP port of the lookups that know other nodes, as they are now
 * @param ownLookup the one of them that this broker serves, where it does
 * @param connectTimeoutMs how long connecting to a lookup or a node may take
 * @param requestTimeoutMs how long its answer may take
 * @param streamsMax how many clients may be sent events at a time
 * @param diskLowWaterBytes below this much room publishing stops
 */
public record AdminConfig(
        List<String> adminUsers,
        boolean isReadOnly,
        String version,
        Supplier<List<String>> lookups,
        Supplier<@Nullable LookupHere> ownLookup,
        long connectTimeoutMs,
        long requestTimeoutMs,
        int streamsMax,
        long diskLowWaterBytes) {

    /**
     * A node alone, which everybody may change.
     *
     * @return without lookups
     */
    public static AdminConfig alone() {
        return new AdminConfig(List.of(), false, "0", List::of, () -> null, 2_000, 5_000, 64, 0);
    }
}
