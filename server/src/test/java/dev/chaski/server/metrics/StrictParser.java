package dev.chaski.server.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Prometheus' text format 0.0.4, and takes nothing that Prometheus or its linter would find fault with: each metric
 * once, with HELP and TYPE before its samples, no sample twice, counters that end in _total, histograms that are whole.
 */
final class StrictParser {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([-+]?(?:[0-9.eE+-]+|Inf)|NaN)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Map<String, List<Map<String, String>>> labels = new HashMap<>();
    private String open = "";

    static StrictParser parse(String text) {
        StrictParser parser = new StrictParser();
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line has no end");
        }
        String help = "";
        for (String line : text.lines().toList()) {
            if (line.startsWith("# HELP ")) {
                String[] words = line.split(" ", 4);
                check(words.length == 4 && !words[3].isBlank(), "no help", line);
                help = words[2];
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                check(words.length == 4 && words[2].equals(help), "no help before", line);
                parser.open(words[2], words[3]);
            } else {
                check(!line.startsWith("#"), "a comment", line);
                parser.sample(line);
            }
        }
        parser.checkHistograms();
        return parser;
    }

    private static void check(boolean isRight, String what, String line) {
        if (!isRight) {
            throw new AssertionError(what + ": " + line);
        }
    }

    private void open(String name, String type) {
        check(NAME.matcher(name).matches(), "not a name", name);
        check(name.startsWith("chaski_"), "without prefix", name);
        check(types.put(name, type) == null, "twice", name);
        check(List.of("counter", "gauge", "summary", "histogram").contains(type), "not a type", type);
        check(type.equals("counter") == name.endsWith("_total"), "counters and nothing else end in _total", name);
        check(
                !name.matches(".*_(ms|millis|us|ns|kb|mb|minutes|count|sum|bucket|info_total)$"),
                "not a base unit",
                name);
        open = name;
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        check(sample.matches(), "not a sample", line);
        String name = sample.group(1);
        String type = types.getOrDefault(open, "");
        boolean isPart = type.equals("histogram")
                ? List.of(open + "_bucket", open + "_sum", open + "_count").contains(name)
                : name.equals(open);
        check(isPart, "not of the metric before it, " + open, line);
        Map<String, String> found = labelsOf(sample.group(2), line);
        check(type.equals("summary") == found.containsKey("quantile"), "quantiles are for summaries", line);
        check(name.endsWith("_bucket") == found.containsKey("le"), "bounds are for buckets", line);
        labels.computeIfAbsent(name, key -> new ArrayList<>()).add(found);
        double value = sample.group(3).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(sample.group(3));
        check(!type.equals("counter") || value >= 0, "a counter below 0", line);
        check(samples.put(key(name, found), value) == null, "twice", line);
    }

    private static Map<String, String> labelsOf(String text, String line) {
        Map<String, String> found = new TreeMap<>();
        int at = 0;
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (text != null && at < text.length()) {
            check(label.find(at) && label.start() == at, "labels", line);
            check(found.put(label.group(1), label.group(2)) == null, "a label twice", line);
            at = label.end();
        }
        return found;
    }

    private void checkHistograms() {
        types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                double last = -1;
                double lastBound = Double.NEGATIVE_INFINITY;
                for (Map<String, String> bucket : labels.get(name + "_bucket")) {
                    String le = bucket.get("le");
                    double bound = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
                    double count = samples.get(key(name + "_bucket", bucket));
                    check(bound > lastBound && count >= last, "buckets do not rise", name + " " + bucket);
                    last = count;
                    lastBound = bound;
                }
                check(lastBound == Double.POSITIVE_INFINITY, "no last bucket", name);
                check(samples.get(name + "_count") == last, "the count is not the last bucket's", name);
                check(samples.containsKey(name + "_sum"), "no sum", name);
            }
        });
    }

    private static String key(String name, Map<String, String> labels) {
        return labels.isEmpty() ? name : name + labels;
    }

    /** The value of a sample; labels as {@code name=value}, by name. */
    double value(String name, String... withLabels) {
        Map<String, String> wanted = new TreeMap<>();
        for (String label : withLabels) {
            int equals = label.indexOf('=');
            wanted.put(label.substring(0, equals), label.substring(equals + 1));
        }
        Double value = samples.get(key(name, wanted));
        if (value == null) {
            throw new AssertionError("no " + name + Arrays.toString(withLabels));
        }
        return value;
    }

    /** The values that a label has. */
    Set<String> labels(String name, String label) {
        Set<String> values = new TreeSet<>();
        labels.getOrDefault(name, List.of()).forEach(found -> values.add(found.get(label)));
        return values;
    }

    /** Names of metrics. */
    Set<String> families() {
        return new LinkedHashSet<>(types.keySet());
    }

    /** Names of metrics and of what histograms are made of. */
    Set<String> names() {
        Set<String> names = families();
        names.addAll(labels.keySet());
        return names;
    }
}
