package dev.chaski.testing;

import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.server.Chaski;
import java.lang.annotation.Annotation;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** What parameters are given. */
final class Parameters {
    private static final Map<Class<?>, Function<TestBroker, Object>> BY_TYPE = Map.of(
            TestBroker.class, broker -> broker,
            Chaski.class, TestBroker::chaski,
            Producer.class, TestBroker::producer,
            ProducerBuilder.class, TestBroker::producerBuilder);

    private static final Map<Class<?>, Function<TestBroker, Object>> NSQ = Map.of(
            String.class,
            TestBroker::nsqAddress,
            InetSocketAddress.class,
            broker -> broker.chaski().tcpAddress());

    private static final Map<Class<?>, Function<TestBroker, Object>> HTTP = Map.of(
            String.class, TestBroker::httpAddress,
            URI.class, TestBroker::httpUri,
            InetSocketAddress.class, broker -> broker.chaski().httpAddress());

    private Parameters() {}

    static boolean isKnown(ParameterContext parameter) {
        return parameter.isAnnotated(NsqAddress.class)
                || parameter.isAnnotated(HttpAddress.class)
                || BY_TYPE.containsKey(parameter.getParameter().getType());
    }

    static Object value(ParameterContext parameter, TestBroker broker) {
        if (parameter.isAnnotated(NsqAddress.class)) {
            return address(parameter, NsqAddress.class, NSQ, broker);
        }
        if (parameter.isAnnotated(HttpAddress.class)) {
            return address(parameter, HttpAddress.class, HTTP, broker);
        }
        Function<TestBroker, Object> value =
                BY_TYPE.get(parameter.getParameter().getType());
        return Objects.requireNonNull(value, "not known").apply(broker);
    }

    private static Object address(
            ParameterContext parameter,
            Class<? extends Annotation> annotation,
            Map<Class<?>, Function<TestBroker, Object>> types,
            TestBroker broker) {
        Function<TestBroker, Object> value = types.get(parameter.getParameter().getType());
        if (value == null) {
            throw new ParameterResolutionException("a parameter with @" + annotation.getSimpleName() + " is one of "
                    + types.keySet().stream().map(Class::getSimpleName).sorted().toList() + ", and not "
                    + parameter.getParameter().getType().getSimpleName());
        }
        return value.apply(broker);
    }
}
