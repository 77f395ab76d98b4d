package dev.chaski.server.metrics;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Writes Prometheus' text format 0.0.4: for each metric its HELP, its TYPE and its samples, all together. Confined to the
 * writing thread.
 *
 * <p>Source: Prometheus' documentation, "Exposition formats".
 */
final class Exposition {
    /** What the text is called in the header. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Writer out;
    private String name = "";

    Exposition(OutputStream out) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** Begins a metric; its samples follow. */
    void metric(String metric, MetricType type, String help) throws IOException {
        name = metric;
        out.write("# HELP " + metric + " " + help + "\n# TYPE " + metric + " " + type.word() + "\n");
    }

    /** A metric of one sample without labels. */
    void single(String metric, MetricType type, String help, double value) throws IOException {
        metric(metric, type, help);
        sample("", value);
    }

    /** A metric of one whole sample without labels. */
    void single(String metric, MetricType type, String help, long value) throws IOException {
        metric(metric, type, help);
        sample("", value);
    }

    /** A sample with labels: names and values by turns. */
    void sample(String suffix, double value, String... labels) throws IOException {
        sample(suffix, Double.toString(value), labels);
    }

    /** A whole sample with labels: names and values by turns. */
    void sample(String suffix, long value, String... labels) throws IOException {
        sample(suffix, Long.toString(value), labels);
    }

    private void sample(String suffix, String value, String... labels) throws IOException {
        out.write(name);
        out.write(suffix);
        for (int i = 0; i < labels.length; i += 2) {
            out.write(i == 0 ? '{' : ',');
            out.write(labels[i]);
            out.write("=\"");
            escaped(labels[i + 1]);
            out.write('"');
        }
        if (labels.length > 0) {
            out.write('}');
        }
        out.write(' ');
        out.write(value);
        out.write('\n');
    }

    private void escaped(String value) throws IOException {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.write("\\\\");
                case '"' -> out.write("\\\"");
                case '\n' -> out.write("\\n");
                default -> out.write(c);
            }
        }
    }

    void end() throws IOException {
        out.flush();
    }
}
