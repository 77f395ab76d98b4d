package dev.chaski.testing;

import java.lang.reflect.AnnotatedElement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Where messages may be left behind. Immutable. */
record Allowance(boolean isEverywhere, Set<String> topics) {
    static final Allowance NOTHING = new Allowance(false, Set.of());

    /** No topic means every topic. */
    static Allowance of(String... topics) {
        return new Allowance(topics.length == 0, Set.of(topics));
    }

    /** What a class and the classes around it let stay. */
    static Allowance ofClasses(ExtensionContext context) {
        Allowance sum = NOTHING;
        for (Class<?> enclosing : context.getEnclosingTestClasses()) {
            sum = sum.and(of(enclosing));
        }
        return context.getTestClass().map(Allowance::of).orElse(NOTHING).and(sum);
    }

    static Allowance ofMethod(ExtensionContext context) {
        return context.getTestMethod().map(Allowance::of).orElse(NOTHING);
    }

    private static Allowance of(AnnotatedElement element) {
        return AnnotationSupport.findAnnotation(element, LeavesMessages.class)
                .map(found -> of(found.value()))
                .orElse(NOTHING);
    }

    Allowance and(Allowance other) {
        Set<String> all = new HashSet<>(topics);
        all.addAll(other.topics);
        return new Allowance(isEverywhere || other.isEverywhere, Set.copyOf(all));
    }

    List<LeftBehind> beyond(List<LeftBehind> left) {
        return isEverywhere
                ? List.of()
                : left.stream().filter(each -> !topics.contains(each.topic())).toList();
    }
}
