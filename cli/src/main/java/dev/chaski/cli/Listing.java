package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Columns that are shown to people as a table, and told to programs as one JSON object for each row. Used by one thread.
 *
 * @param <T> what a row is about
 */
final class Listing<T> {
    private static final String UNKNOWN = "-";
    private static final double ROUNDING = 100;

    /**
     * A column.
     *
     * @param title for people, empty where they do not see it; ends in {@code #} for numbers
     * @param field for programs, empty where they do not see it
     */
    private record Column<T>(String title, String field, Function<T, @Nullable Object> value) {}

    private final ObjectMapper json = new ObjectMapper();
    private final List<Column<T>> columns = new ArrayList<>();

    /** A column for both: of texts, whole numbers, rates, or flags. */
    Listing<T> column(String title, String field, Function<T, @Nullable Object> value) {
        columns.add(new Column<>(title, field, value));
        return this;
    }

    /** A column that people see. */
    Listing<T> shown(String title, Function<T, @Nullable Object> value) {
        return column(title, "", value);
    }

    /** A field that programs see. */
    Listing<T> told(String field, Function<T, @Nullable Object> value) {
        return column("", field, value);
    }

    /** The titles of the table. */
    List<String> titles() {
        return shownColumns().stream()
                .map(column -> column.title().replace("#", ""))
                .toList();
    }

    private List<Column<T>> shownColumns() {
        return columns.stream().filter(column -> !column.title().isEmpty()).toList();
    }

    /** Rows in the order of a column of the table; the unknown last. */
    // Sound: the values of a column are all of one type, and each of these types compares to itself.
    @SuppressWarnings("unchecked")
    Comparator<T> by(int column) {
        Function<T, @Nullable Object> value = shownColumns().get(column).value();
        return (a, b) -> {
            Object first = value.apply(a);
            Object second = value.apply(b);
            if (first == null || second == null) {
                return Boolean.compare(first == null, second == null);
            }
            return ((Comparable<Object>) first).compareTo(second);
        };
    }

    /** A table. */
    TextTable table(List<T> rows) {
        List<Column<T>> shown = shownColumns();
        TextTable table = new TextTable(shown.stream().map(Column::title).toArray(String[]::new));
        for (T row : rows) {
            table.row(shown.stream().map(column -> cell(column, row)).toArray());
        }
        return table;
    }

    private static <T> Object cell(Column<T> column, T row) {
        Object value = column.value().apply(row);
        return value == null ? UNKNOWN : value;
    }

    /** An object for a row. */
    ObjectNode object(T row) {
        ObjectNode object = json.createObjectNode();
        for (Column<T> column : columns) {
            if (!column.field().isEmpty()) {
                put(object, column.field(), column.value().apply(row));
            }
        }
        return object;
    }

    private static void put(ObjectNode object, String field, @Nullable Object value) {
        switch (value) {
            case null -> object.putNull(field);
            case Integer number -> object.put(field, number);
            case Long number -> object.put(field, number);
            case Double number -> object.put(field, Math.round(number * ROUNDING) / ROUNDING);
            case Boolean flag -> object.put(field, flag);
            default -> object.put(field, value.toString());
        }
    }

    /** Prints the rows: a table as wide as the terminal, or an object on each line. */
    void print(PrintStream out, List<T> rows, boolean isJson) {
        if (isJson) {
            rows.forEach(row -> out.println(object(row)));
        } else {
            table(rows).print(out, Terminal.columns());
        }
        out.flush();
    }
}
