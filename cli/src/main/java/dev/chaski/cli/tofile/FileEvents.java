package dev.chaski.cli.tofile;

import java.nio.file.Path;

/** Is told what becomes of files. Called by the threads that write them. */
public interface FileEvents {
    /**
     * A file is written to from here on.
     *
     * @param file where it is for now
     * @param bytes that it had before
     */
    void opened(Path file, long bytes);

    /**
     * A file is whole.
     *
     * @param file where it is now
     * @param bytes that it has
     * @param messages that were written to it since it was opened
     */
    void closed(Path file, long bytes, long messages);

    /**
     * A file that a dead process, or a failure, left behind was put in order.
     *
     * @param file where it is now
     * @param bytesCut that were cut off its end: of messages that were not finished, and come again
     */
    void repaired(Path file, long bytesCut);

    /**
     * Messages could not be written, and went back to their channel.
     *
     * @param topic whose
     * @param messages how many
     * @param why as the operating system has it
     */
    void failed(String topic, int messages, Exception why);

    /**
     * It works again, after {@link #failed}.
     *
     * @param topic whose
     */
    void recovered(String topic);
}
