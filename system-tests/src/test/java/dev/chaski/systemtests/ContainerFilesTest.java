package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.chaski.server.Chaski;
import dev.chaski.server.config.LookupdOptions;
import dev.chaski.server.config.OptionException;
import dev.chaski.server.config.OptionReader;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Holds the Dockerfile, the Compose file and the manifests for Kubernetes to the broker that they start: its options, ports
 * and paths. What their own tools think of them is for those tools to say.
 */
@Timeout(60)
class ContainerFilesTest {
    private static final Path ROOT = Path.of(System.getProperty("chaski.root", ".."));
    private static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<Integer> PORTS = Set.of(4150, 4151, 4160, 4161);

    private static List<JsonNode> documents(Path file) throws IOException {
        try (var parser = YAML.getFactory().createParser(file.toFile())) {
            return YAML.readValues(parser, JsonNode.class).readAll();
        }
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static List<JsonNode> manifests(String kind) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode name :
                documents(KUBERNETES.resolve("kustomization.yaml")).getFirst().get("resources")) {
            documents(KUBERNETES.resolve(name.asText())).stream()
                    .filter(document -> document.get("kind").asText().equals(kind))
                    .forEach(found::add);
        }
        return found;
    }

    private static JsonNode container(JsonNode workload) {
        return workload.at("/spec/template/spec/containers/0");
    }

    /** As the broker would read them; what it does not know is an error. */
    private static Options options(JsonNode container, Map<String, String> imageVariables) throws OptionException {
        List<String> words = each(container.get("args")).map(JsonNode::asText).toList();
        List<String> flags = words.stream()
                .skip(1)
                .map(word -> word.replace("/etc/chaski/", KUBERNETES + "/"))
                .toList();
        Map<String, String> variables = new HashMap<>(imageVariables);
        each(container.path("env"))
                .forEach(variable -> variables.put(
                        variable.get("name").asText(),
                        // What the cluster fills in is a number where a number is asked for.
                        variable.path("value").asText("7")));
        var set = words.getFirst().equals("lookupd") ? LookupdOptions.all() : OptionTable.SET;
        OptionReader reader = new OptionReader("pod", set);
        Options options = reader.read(flags, variables);
        assertThat(reader.notes()).isEmpty();
        assertThat(options.warnings()).isEmpty();
        return options;
    }

    /** The variables that the image sets. */
    private static Map<String, String> imageVariables() throws IOException {
        Map<String, String> variables = new HashMap<>();
        Matcher matcher = Pattern.compile("(\\w+)=(\\S+)").matcher(String.join(" ", instructions("ENV")));
        while (matcher.find()) {
            variables.put(matcher.group(1), matcher.group(2));
        }
        return variables;
    }

    /** What follows an instruction of the image's last stage. */
    private static List<String> instructions(String name) throws IOException {
        String text = Files.readString(ROOT.resolve("Dockerfile")).replace("\\\n", " ");
        return text.substring(text.lastIndexOf("\nFROM ") + 1)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .toList();
    }

    @Test
    void theImageKeepsMessagesInItsVolumeAndExposesThePortsOfABroker() throws Exception {
        Options options = new OptionReader("pod").read(List.of(), imageVariables());
        assertThat(instructions("VOLUME")).containsExactly(options.get(OptionTable.DATA_PATH));
        Set<Integer> exposed = new TreeSet<>();
        for (String port : instructions("EXPOSE").getFirst().split(" ", -1)) {
            exposed.add(Integer.valueOf(port));
        }
        assertThat(exposed)
                .isEqualTo(PORTS)
                .contains(options.get(OptionTable.TCP_ADDRESS).port());
        assertThat(exposed).contains(options.get(OptionTable.HTTP_ADDRESS).port());
        assertThat(instructions("STOPSIGNAL")).containsExactly("SIGTERM");
        assertThat(instructions("USER")).singleElement().asString().matches("[1-9]\\d*:[1-9]\\d*");
        assertThat(instructions("ENTRYPOINT")).containsExactly("[\"chaski\"]");
        assertThat(instructions("CMD")).containsExactly("[\"serve\"]");
        for (String copy : instructions("COPY")) {
            if (!copy.startsWith("--from")) {
                assertThat(ROOT.resolve(copy.replaceAll("--\\S+ ", "").split(" ", -1)[0]))
                        .isExecutable();
            }
        }
    }

    @Test
    void theImageTellsWhetherItsBrokerIsWell() throws Exception {
        int port;
        try (Chaski chaski = Chaski.start()) {
            port = chaski.httpAddress().getPort();
            assertThat(health("127.0.0.1:" + port)).isZero();
            assertThat(health("[::]:" + port)).isZero();
            assertThat(health("", Integer.toString(port), "/ping")).isZero();
            assertThat(health("", Integer.toString(port), "/no/such/page")).isEqualTo(1);
        }
        assertThat(health("127.0.0.1:" + port)).isEqualTo(1);
    }

    private static int health(String httpAddress, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ROOT.resolve("deploy/docker/chaski-health").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (!httpAddress.isEmpty()) {
            builder.environment().put("CHASKI_HTTP_ADDRESS", httpAddress);
        }
        Process process = builder.start();
        process.getOutputStream().close();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        return process.waitFor();
    }

    @Test
    void composeStartsABrokerThatIsGivenTheTimeToDrain() throws Exception {
        JsonNode compose = documents(ROOT.resolve("compose.yaml")).getFirst();
        JsonNode broker = compose.at("/services/chaski");
        Set<Integer> ports = new TreeSet<>();
        each(broker.get("ports"))
                .forEach(port -> ports.add(Integer.valueOf(port.asText().replaceAll(".*:", ""))));
        assertThat(ports).isEqualTo(PORTS);
        Map<String, String> variables = imageVariables();
        broker.get("environment").properties().forEach(variable -> variables.put(variable.getKey(), "chaski"));
        OptionReader reader = new OptionReader("chaski");
        Options options = reader.read(List.of(), variables);
        assertThat(reader.notes()).isEmpty();
        assertThat(broker.at("/volumes/0").asText()).isEqualTo("messages:" + options.get(OptionTable.DATA_PATH));
        assertThat(seconds(broker.get("stop_grace_period").asText()))
                .isGreaterThan(options.get(OptionTable.DRAIN_TIMEOUT).toSeconds());
        for (JsonNode service : compose.get("services")) {
            each(service.get("volumes")).map(JsonNode::asText).forEach(volume -> {
                String source = volume.split(":", -1)[0];
                assertThat(
                                source.startsWith("./")
                                        ? Files.exists(ROOT.resolve(source))
                                        : compose.get("volumes").has(source))
                        .as(volume)
                        .isTrue();
            });
        }
        JsonNode prometheus =
                documents(ROOT.resolve("deploy/compose/prometheus.yml")).getFirst();
        assertThat(prometheus.at("/scrape_configs/0/static_configs/0/targets/0").asText())
                .isEqualTo(broker.get("hostname").asText() + ":"
                        + options.get(OptionTable.HTTP_ADDRESS).port());
    }

    private static long seconds(String text) {
        return Long.parseLong(text.replaceAll("s$", ""));
    }

    @Test
    void brokersInKubernetesRegisterAtTheLookupUnderANameOfTheirOwn() throws Exception {
        JsonNode set = manifests("StatefulSet").getFirst();
        Options options = options(container(set), imageVariables());
        JsonNode lookup = manifests("Deployment").getFirst();
        assertThat(options(container(lookup), imageVariables()).get(LookupdOptions.DATA_PATH))
                .isEqualTo(mountPath(lookup, "known"));
        Map<String, JsonNode> services = new HashMap<>();
        manifests("Service")
                .forEach(service -> services.put(service.at("/metadata/name").asText(), service));
        String lookupName = lookup.at("/metadata/name").asText();
        assertThat(options.get(OptionTable.LOOKUPD_TCP_ADDRESS)).hasToString("[" + lookupName + ":4160]");
        assertThat(services.keySet())
                .contains(lookupName, set.at("/spec/serviceName").asText());
        assertThat(options.get(OptionTable.BROADCAST_ADDRESS))
                .isEqualTo("$(POD_NAME)." + set.at("/spec/serviceName").asText() + ".$(POD_NAMESPACE).svc");
        assertThat(options.get(OptionTable.DATA_PATH)).isEqualTo(mountPath(set, "messages"));
        long pause = container(set).at("/lifecycle/preStop/exec/command/1").asLong();
        assertThat(set.at("/spec/template/spec/terminationGracePeriodSeconds").asLong())
                .isGreaterThan(pause + options.get(OptionTable.DRAIN_TIMEOUT).toSeconds());
        Map<String, Integer> ports = ports(set);
        assertThat(ports.values())
                .containsExactlyInAnyOrder(
                        options.get(OptionTable.TCP_ADDRESS).port(),
                        options.get(OptionTable.HTTP_ADDRESS).port());
        assertThat(ports(lookup).values()).containsExactlyInAnyOrder(4160, 4161);
        for (JsonNode service : services.values()) {
            JsonNode served = service.at("/metadata/name").asText().equals(lookupName) ? lookup : set;
            assertThat(service.at("/spec/selector")).isEqualTo(served.at("/spec/template/metadata/labels"));
            each(service.at("/spec/ports"))
                    .forEach(port -> assertThat(
                                    ports(served).get(port.get("targetPort").asText()))
                            .isEqualTo(port.get("port").asInt()));
        }
        for (JsonNode workload : List.of(set, lookup)) {
            assertThat(workload.at("/spec/selector/matchLabels"))
                    .isEqualTo(workload.at("/spec/template/metadata/labels"));
            assertThat(workload.at("/spec/template/spec/securityContext/runAsUser")
                            .asText())
                    .isEqualTo(instructions("USER").getFirst().split(":", -1)[0]);
        }
        assertThat(manifests("PodDisruptionBudget").getFirst().at("/spec/selector"))
                .isEqualTo(set.at("/spec/selector"));
    }

    private static Map<String, Integer> ports(JsonNode workload) {
        Map<String, Integer> ports = new HashMap<>();
        each(container(workload).get("ports"))
                .forEach(port -> ports.put(
                        port.get("name").asText(), port.get("containerPort").asInt()));
        return ports;
    }

    private static String mountPath(JsonNode workload, String volume) {
        return each(container(workload).get("volumeMounts"))
                .filter(mount -> mount.get("name").asText().equals(volume))
                .map(mount -> mount.get("mountPath").asText())
                .findFirst()
                .orElseThrow();
    }

    /** Each probe, as the cluster would ask it, of a broker with a lookup. */
    @Test
    void whatKubernetesAsksIsAnswered() throws Exception {
        try (Chaski chaski = Chaski.builder().lookup().start()) {
            List<String> asked = new ArrayList<>();
            List<JsonNode> workloads = new ArrayList<>(manifests("StatefulSet"));
            workloads.addAll(manifests("Deployment"));
            for (JsonNode workload : workloads) {
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    JsonNode get = container(workload).path(probe).path("httpGet");
                    if (get.isObject()) {
                        boolean ofLookup = get.get("port").asText().equals("lookup-http");
                        String path = get.get("path").asText();
                        var door = ofLookup ? chaski.lookupHttpAddress() : chaski.httpAddress();
                        assertThat(new HttpDoor(door).get(path).status())
                                .as(path)
                                .isEqualTo(200);
                        asked.add(path);
                    }
                }
            }
            assertThat(asked).containsExactly("/health/live", "/health/live", "/health/ready", "/ping", "/ping");
            JsonNode notes = manifests("StatefulSet").getFirst().at("/spec/template/metadata/annotations");
            assertThat(new HttpDoor(chaski.httpAddress())
                            .get(notes.get("prometheus.io/path").asText())
                            .status())
                    .isEqualTo(200);
        }
    }
}
