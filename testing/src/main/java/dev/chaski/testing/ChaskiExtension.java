package dev.chaski.testing;

import dev.chaski.server.Chaski;
import dev.chaski.server.StartException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts a broker for tests and fails those that leave messages behind. By {@link WithChaski}, or as a field, where more
 * can be said:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ChaskiExtension chaski = ChaskiExtension.builder()
 *         .topic("orders", "billing")
 *         .broker(broker -> broker.set(OptionTable.MSG_TIMEOUT, Duration.ofSeconds(1)))
 *         .build();
 * }</pre>
 *
 * <p>A static field gives the class one broker, another field gives each method its own. Several fields give several
 * brokers; then parameters could mean any of them, and {@link #broker()} is the way to each. Tests may run in parallel:
 * those that share a broker are looked at when none of them runs any more. Any thread.
 */
public final class ChaskiExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private static final Namespace OF_ANNOTATIONS = Namespace.create(ChaskiExtension.class);
    private static final String KEY = "broker";

    private final @Nullable Settings settings;
    private final Namespace namespace;
    private final Set<SharedBroker> brokers = ConcurrentHashMap.newKeySet();

    /** For JUnit: does what {@link WithChaski} says. */
    public ChaskiExtension() {
        settings = null;
        namespace = OF_ANNOTATIONS;
    }

    private ChaskiExtension(Settings settings) {
        this.settings = settings;
        namespace = Namespace.create(ChaskiExtension.class, this);
    }

    /**
     * Begins an extension for a field with {@code @RegisterExtension}.
     *
     * @return its settings
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The broker that runs now.
     *
     * @return the broker of the class or the method
     * @throws IllegalStateException where there is none now, or several, since classes that run in parallel inherit the
     *     field: then a parameter knows which
     */
    public TestBroker broker() {
        List<SharedBroker> running = List.copyOf(brokers);
        if (running.size() != 1) {
            throw new IllegalStateException(
                    running.isEmpty()
                            ? "there is no broker now: it runs from before the first @BeforeEach, with a static field"
                                    + " before the first @BeforeAll, to after the last @AfterEach or @AfterAll"
                            : "there are " + running.size() + " brokers now, for classes that run at the same time:"
                                    + " take a parameter of the type TestBroker");
        }
        return running.getFirst().broker();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws StartException {
        Settings wanted = wanted(context);
        // A class inside another shares its broker, unless it says itself what it wants.
        boolean isOwn =
                settings == null && AnnotationSupport.isAnnotated(context.getRequiredTestClass(), WithChaski.class);
        if (!wanted.isPerMethod() && (isOwn || find(context).isEmpty())) {
            start(context, wanted);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws StartException {
        Settings wanted = wanted(context);
        if (wanted.isPerMethod() || find(context).isEmpty()) {
            start(context, wanted);
        }
        find(context).orElseThrow().begin(name(context));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        // Missing where it could not be started.
        find(context).ifPresent(shared -> end(shared, context));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        find(context).filter(shared -> shared.isOwnedBy(context.getUniqueId())).ifPresent(shared -> {
            // What @AfterAll published counts, too.
            shared.begin(context.getDisplayName());
            end(shared, context);
        });
    }

    private static void end(SharedBroker shared, ExtensionContext context) {
        shared.end(
                context.getExecutionException().isPresent(), Allowance.ofClasses(context), Allowance.ofMethod(context));
    }

    /** JUnit closes what is in a store when its context ends, whatever happened before. */
    private void start(ExtensionContext context, Settings wanted) throws StartException {
        SharedBroker shared = new SharedBroker(wanted.start(), wanted, context.getUniqueId(), brokers::remove);
        brokers.add(shared);
        context.getStore(namespace).put(KEY, shared);
    }

    /** Of this context or one around it. */
    private Optional<SharedBroker> find(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(namespace).get(KEY, SharedBroker.class));
    }

    /** What the method says, else its class, else the classes around it from the inside. */
    private Settings wanted(ExtensionContext context) {
        if (settings != null) {
            return settings;
        }
        Optional<WithChaski> ofMethod =
                context.getTestMethod().flatMap(method -> AnnotationSupport.findAnnotation(method, WithChaski.class));
        if (ofMethod.isPresent()) {
            return Settings.of(ofMethod.get()).perMethod();
        }
        List<Class<?>> classes = new ArrayList<>(context.getEnclosingTestClasses());
        context.getTestClass().ifPresent(classes::add);
        return classes.reversed().stream()
                .flatMap(each -> AnnotationSupport.findAnnotation(each, WithChaski.class).stream())
                .findFirst()
                .map(Settings::of)
                .orElse(Settings.DEFAULTS);
    }

    private static String name(ExtensionContext context) {
        String method = context.getTestMethod().map(Method::getName).orElse("");
        String shown = context.getDisplayName();
        return shown.startsWith(method) ? shown : method + "() " + shown;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return Parameters.isKnown(parameter);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return find(context)
                .map(shared -> Parameters.value(parameter, shared.broker()))
                .orElseThrow(() -> new ParameterResolutionException(
                        "there is no broker yet: one of its own for each method starts after the constructor and"
                                + " @BeforeAll"));
    }

    /** Collects what a broker is to be like. Owned by the thread that builds. */
    public static final class Builder {
        private final List<Settings.TopicWish> topics = new ArrayList<>();
        private Duration settle = Settings.DEFAULTS.settle();
        private Allowance allowance = Allowance.NOTHING;
        private Consumer<Chaski.Builder> more = builder -> {};

        private Builder() {}

        /**
         * Makes a topic at the start.
         *
         * @param topic its name
         * @param channels names of channels of it
         * @return this
         */
        public Builder topic(String topic, String... channels) {
            topics.add(new Settings.TopicWish(topic, List.of(channels)));
            return this;
        }

        /**
         * How long finishes may be on their way when a test has ended, before messages count as left behind.
         *
         * @param time by default two seconds
         * @return this
         */
        public Builder settle(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("the time to settle is " + time + ", below 0");
            }
            settle = time;
            return this;
        }

        /**
         * Lets tests leave messages behind, which stay for the next one, as {@link LeavesMessages} on a class does.
         *
         * @param inTopics names of topics; none means every topic
         * @return this
         */
        public Builder leavesMessages(String... inTopics) {
            allowance = allowance.and(Allowance.of(inTopics));
            return this;
        }

        /**
         * Sets options of the broker.
         *
         * @param settings told of the builder before each start
         * @return this
         */
        public Builder broker(Consumer<Chaski.Builder> settings) {
            more = more.andThen(settings);
            return this;
        }

        /**
         * Ends the collecting.
         *
         * @return for a field with {@code @RegisterExtension}
         */
        public ChaskiExtension build() {
            return new ChaskiExtension(new Settings(false, List.copyOf(topics), settle, allowance, more));
        }
    }
}
