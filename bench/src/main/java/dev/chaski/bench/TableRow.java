package dev.chaski.bench;

import dev.chaski.bench.load.ConsumeConnection.Finish;
import java.util.Locale;

/** What the rows of the table run. */
enum TableRow {
    MPUB,
    PUB_PIPELINED,
    PUB,
    SUB,
    SUB_EACH,
    LATENCY,
    HTTP,
    SYNCED,
    CONNECTIONS,
    TOPICS,
    DEFERRED;

    private static final int THOUSANDS = 10_000;
    private static final int MILLION = 1_000_000;

    /** Its name on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return label();
    }

    /** A command with the row's options. */
    BenchRun command(TableCommand table) {
        return switch (this) {
            case MPUB -> publish(2, 200, 4);
            case PUB_PIPELINED -> publish(8, 1, 100);
            case PUB -> publish(8, 1, 1);
            case SYNCED -> publish(64, 1, 1);
            case SUB -> consume(table.preload, Finish.BATCH);
            case SUB_EACH -> consume(table.preload, Finish.EACH);
            case LATENCY -> new LatencyCommand();
            case HTTP -> new HttpCommand();
            case CONNECTIONS -> connections(table.count == 0 ? THOUSANDS : table.count);
            case TOPICS -> topics(table.count == 0 ? THOUSANDS : table.count);
            case DEFERRED -> deferred(table.count == 0 ? MILLION : table.count);
        };
    }

    private static BenchRun publish(int connections, int batch, int pipeline) {
        PublishCommand command = new PublishCommand();
        command.load.connections = connections;
        command.batch.messages = batch;
        command.load.pipeline = pipeline;
        return command;
    }

    private static BenchRun consume(long preload, Finish finish) {
        ConsumeCommand command = new ConsumeCommand();
        command.preload = preload;
        command.consumer.finish = finish;
        return command;
    }

    private static BenchRun connections(int count) {
        ConnectionsCommand command = new ConnectionsCommand();
        command.count = count;
        return command;
    }

    private static BenchRun topics(int count) {
        TopicsCommand command = new TopicsCommand();
        command.count = count;
        return command;
    }

    private static BenchRun deferred(int count) {
        DeferredCommand command = new DeferredCommand();
        command.count = count;
        return command;
    }
}
