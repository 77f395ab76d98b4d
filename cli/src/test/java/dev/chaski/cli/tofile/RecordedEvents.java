package dev.chaski.cli.tofile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What was told of files. One thread. */
final class RecordedEvents implements FileEvents {
    final List<String> lines = new ArrayList<>();

    @Override
    public void opened(Path file, long bytes) {
        lines.add("opened " + file.getFileName() + " " + bytes);
    }

    @Override
    public void closed(Path file, long bytes, long messages) {
        lines.add("closed " + file.getFileName() + " " + messages);
    }

    @Override
    public void repaired(Path file, long bytesCut) {
        lines.add("repaired " + file.getFileName() + " " + bytesCut);
    }

    @Override
    public void failed(String topic, int messages, Exception why) {
        lines.add("failed " + topic + " " + messages);
    }

    @Override
    public void recovered(String topic) {
        lines.add("recovered " + topic);
    }
}
