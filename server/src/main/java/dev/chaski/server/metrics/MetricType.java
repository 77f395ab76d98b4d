package dev.chaski.server.metrics;

/** What a metric is. */
enum MetricType {
    /** Rises, and starts again from 0 with the process. */
    COUNTER("counter"),
    /** Goes up and down. */
    GAUGE("gauge"),
    /** Quantiles. */
    SUMMARY("summary"),
    /** Counts by upper bounds. */
    HISTOGRAM("histogram");

    private final String word;

    MetricType(String word) {
        this.word = word;
    }

    /** As the format has it. */
    String word() {
        return word;
    }
}
