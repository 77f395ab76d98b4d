package dev.chaski.cli;

import dev.chaski.cli.nsqd.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person sees of an import: a bar while it runs, a table at its end. Owned by the importing thread. */
final class ImportReport implements Progress {
    private static final String EVERY_CHANNEL = "(every channel)";
    /** The clock of the bar is asked once in so many messages: a power of two. */
    private static final int LOOK_EVERY = 1 << 10;

    private final ProgressBar bar;
    private final TextTable table = new TextTable("topic", "channel", "messages#", "bodies#", "state");
    private final List<String> notes = new ArrayList<>();
    private long seen;
    private long messages;
    private int topics;
    private int channels;

    ImportReport(ProgressBar bar) {
        this.bar = bar;
    }

    @Override
    public void at(String topic, @Nullable String channel, long doneBytes, long allBytes) {
        if ((++seen & (LOOK_EVERY - 1)) == 0) {
            bar.show(doneBytes, allBytes, channel == null ? topic : topic + ":" + channel);
        }
    }

    @Override
    public void done(String topic, @Nullable String channel, long count, long bodyBytes, boolean isPaused) {
        messages += count;
        topics += channel == null ? 1 : 0;
        channels += channel == null ? 0 : 1;
        String shown = channel == null ? EVERY_CHANNEL : channel;
        table.row(topic, shown, count, TextTable.bytes(bodyBytes), isPaused ? "paused" : "");
    }

    @Override
    public void note(String line) {
        notes.add(line);
    }

    void clear() {
        bar.clear();
    }

    void print(PrintStream out, PrintStream err) {
        if (!table.isEmpty()) {
            table.print(out);
        }
        notes.forEach(note -> err.println("note: " + note));
        out.println("imported " + TextTable.counted(messages, "message") + " of " + TextTable.counted(topics, "topic")
                + " and " + TextTable.counted(channels, "channel"));
    }
}
