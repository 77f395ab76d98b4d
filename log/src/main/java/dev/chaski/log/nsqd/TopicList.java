package dev.chaski.log.nsqd;

import dev.chaski.wire.Json;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code nsqd.dat}: {@code {"topics":[{"name","paused","channels":[{"name","paused"}]}],"version"}}. */
final class TopicList {
    static final String FILE = "nsqd.dat";

    /** Some hundred thousand channels. */
    private static final int BYTES_MAX = 64 << 20;

    private final Path path;

    private TopicList(Path path) {
        this.path = path;
    }

    static List<NsqdTopic> read(Path folder) throws IOException {
        Path path = folder.resolve(FILE);
        if (!Files.isRegularFile(path)) {
            throw new NsqdException(folder + " is no data folder of nsqd: it has no file " + FILE
                    + "; name the folder that nsqd was given as -data-path");
        }
        if (Files.size(path) > BYTES_MAX) {
            throw new NsqdException(path + " has more than " + BYTES_MAX + " bytes: no list of topics has");
        }
        return new TopicList(path).topics(Files.readString(path, StandardCharsets.UTF_8));
    }

    private List<NsqdTopic> topics(String text) throws NsqdException {
        Object root;
        try {
            root = Json.read(text);
        } catch (IllegalArgumentException e) {
            throw new NsqdException(path + " is no JSON: " + e.getMessage() + "; restore the file from a backup");
        }
        List<NsqdTopic> topics = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Map<?, ?> topic : objects(root instanceof Map<?, ?> map ? map : Map.of(), "topics")) {
            String name = name(topic, names);
            if (!Names.isEphemeral(name)) {
                topics.add(new NsqdTopic(name, isPaused(topic), channels(topic)));
            }
        }
        return List.copyOf(topics);
    }

    private List<NsqdChannel> channels(Map<?, ?> topic) throws NsqdException {
        List<NsqdChannel> channels = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Map<?, ?> channel : objects(topic, "channels")) {
            String name = name(channel, names);
            if (!Names.isEphemeral(name)) {
                channels.add(new NsqdChannel(name, isPaused(channel)));
            }
        }
        return List.copyOf(channels);
    }

    private List<Map<?, ?>> objects(Map<?, ?> parent, String what) throws NsqdException {
        Object value = parent.get(what);
        if (value == null && parent.containsKey(what)) {
            // An empty list, as Go writes one that was never filled.
            return List.of();
        }
        if (!(value instanceof List<?> elements)) {
            throw new NsqdException(path + " has no list of " + what + ": another program wrote it");
        }
        List<Map<?, ?>> objects = new ArrayList<>();
        for (Object element : elements) {
            if (!(element instanceof Map<?, ?> object)) {
                throw new NsqdException(path + ": an element of " + what + " is no object");
            }
            objects.add(object);
        }
        return objects;
    }

    private String name(Map<?, ?> object, Set<String> taken) throws NsqdException {
        if (!(object.get("name") instanceof String name) || !Names.isValid(name)) {
            throw new NsqdException(path + ": \"" + object.get("name") + "\" is no valid name of a topic or channel");
        }
        if (!taken.add(name)) {
            throw new NsqdException(path + ": \"" + name + "\" is there twice");
        }
        return name;
    }

    private boolean isPaused(Map<?, ?> object) throws NsqdException {
        Object paused = object.get("paused");
        if (paused != null && !(paused instanceof Boolean)) {
            throw new NsqdException(path + ": \"paused\" of \"" + object.get("name") + "\" is neither true nor false");
        }
        return Boolean.TRUE.equals(paused);
    }
}
