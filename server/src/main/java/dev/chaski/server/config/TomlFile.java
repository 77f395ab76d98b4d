package dev.chaski.server.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a configuration file: nsqd's keys, and ours beside them. */
final class TomlFile {
    /** Far more than all options take, so that a wrong file name cannot fill the memory. */
    private static final long SIZE_BYTES_MAX = 1 << 20;

    private TomlFile() {}

    /** Key to value as it would be given on the command line; lists have commas between. */
    static Map<String, String> read(Path file) throws OptionException {
        try {
            if (Files.size(file) > SIZE_BYTES_MAX) {
                throw new OptionException("--config " + file + " is longer than " + Sizes.format(SIZE_BYTES_MAX)
                        + ": is it a configuration file?");
            }
            return flatten(file, new TomlMapper().readTree(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            throw new OptionException("--config " + file + ": there is no such file");
        } catch (JsonProcessingException e) {
            throw new OptionException("--config " + file + place(e) + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new OptionException("--config " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
    }

    private static Map<String, String> flatten(Path file, JsonNode root) throws OptionException {
        Map<String, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            JsonNode value = field.getValue();
            if (value.isObject()) {
                throw new OptionException("--config " + file + ": [" + field.getKey() + "] is a table;"
                        + " all keys stand at the top of the file");
            }
            values.put(field.getKey(), text(value));
        }
        return values;
    }

    private static String text(JsonNode value) {
        if (!value.isArray()) {
            return value.asText();
        }
        List<String> parts = new ArrayList<>();
        value.forEach(part -> parts.add(part.asText()));
        return String.join(",", parts);
    }
}
