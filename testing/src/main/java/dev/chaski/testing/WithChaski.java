package dev.chaski.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts a broker for the tests of a class, or for one method: on free ports of this machine, with a temporary folder that
 * is removed at the end. A test that leaves messages behind fails, unless {@link LeavesMessages} lets it.
 *
 * <pre>{@code
 * @WithChaski
 * class OrdersTest {
 *     @Test
 *     void anOrderIsBilled(TestBroker broker, Producer producer) {
 *         producer.publish("orders", "one".getBytes(UTF_8));
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>Tests, life cycle methods and constructors may have parameters of the types {@link TestBroker},
 * {@link dev.chaski.server.Chaski}, {@link dev.chaski.client.Producer} and {@link dev.chaski.client.ProducerBuilder}, and
 * those with {@link NsqAddress} and {@link HttpAddress}. What cannot be said here can be with
 * {@link ChaskiExtension#builder()}.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ChaskiExtension.class)
public @interface WithChaski {
    /**
     * Whether each test method of the class has a broker of its own. On a method there is no choice: it has.
     *
     * @return by default false: the methods share one
     */
    boolean perMethod() default false;

    /**
     * What is made at the start.
     *
     * @return topics, {@code "orders"}, and channels, {@code "orders/billing"}
     */
    String[] topics() default {};

    /**
     * Whether the broker serves a lookup, too, by which consumers find it: {@link dev.chaski.server.Chaski} tells where.
     *
     * @return by default false
     */
    boolean lookup() default false;

    /**
     * How long finishes may be on their way when a test has ended, before messages count as left behind.
     *
     * @return milliseconds, by default two seconds
     */
    long settleMillis() default Settings.SETTLE_MS;
}
