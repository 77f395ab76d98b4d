package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.cli.tofile.FileEvents;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tells what becomes of files: to a person on a terminal, to a program as JSON, and failures to everybody. Any thread. */
final class FileReport implements FileEvents {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean isTold;
    private final @Nullable ObjectMapper json;
    /** What each topic suffers from, so that it is told once. */
    private final Map<String, String> failing = new ConcurrentHashMap<>();

    /**
     * Makes a report.
     *
     * @param isTold whether files that come and go are told on {@code err}
     * @param isJson whether they are printed on {@code out}, an object on each line
     */
    FileReport(PrintStream out, PrintStream err, boolean isTold, boolean isJson) {
        this.out = out;
        this.err = err;
        this.isTold = isTold && !isJson;
        json = isJson ? new ObjectMapper() : null;
    }

    @Override
    public void opened(Path file, long bytes) {
        tell(bytes == 0 ? "writing " + file : "appending to " + file);
        print("opened", file, object -> object.put("bytes", bytes));
    }

    @Override
    public void closed(Path file, long bytes, long messages) {
        tell("wrote " + file + ": " + TextTable.counted(messages, "message") + ", " + TextTable.bytes(bytes));
        print("closed", file, object -> object.put("bytes", bytes).put("messages", messages));
    }

    @Override
    public void repaired(Path file, long bytesCut) {
        String cut =
                bytesCut == 0 ? "" : "; " + TextTable.bytes(bytesCut) + " were cut off, of messages that come again";
        err.println(
                "chaski to-file: " + file + " was left by a process that ended too early, and is in order now" + cut);
        print("repaired", file, object -> object.put("bytes_cut", bytesCut));
    }

    @Override
    public void failed(String topic, int messages, Exception why) {
        String reason = Problem.text(why);
        if (!reason.equals(failing.put(topic, reason))) {
            err.println("chaski to-file: topic " + topic + " cannot be written: " + reason
                    + ". Its messages go back to their" + " channel, and it is tried again until it works.");
        }
    }

    @Override
    public void recovered(String topic) {
        if (failing.remove(topic) != null) {
            err.println("chaski to-file: topic " + topic + " is written again");
        }
    }

    private void tell(String line) {
        if (isTold) {
            err.println(line);
        }
    }

    private void print(String event, Path file, java.util.function.Consumer<ObjectNode> more) {
        ObjectMapper mapper = json;
        if (mapper != null) {
            ObjectNode object = mapper.createObjectNode().put("event", event).put("file", file.toString());
            more.accept(object);
            synchronized (this) {
                out.println(object);
                out.flush();
            }
        }
    }
}
