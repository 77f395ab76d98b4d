package dev.chaski.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tests may leave messages behind: those of one method, or all of a class and of the classes nested in it. What a class
 * lets stay is there for its next test. What only a method lets stay is dropped after it, so that the next test begins
 * without it.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface LeavesMessages {
    /**
     * In which topics.
     *
     * @return names of topics; none means every topic
     */
    String[] value() default {};
}
