package org.leftfold.framework.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The framework on the module path, with an application whose packages are closed, or not. The
 * application is compiled here; the framework is loaded a second time, as a module.
 */
class ModulesTest {
    private static final String OPENS =
            " opens shop to org.leftfold.framework, tools.jackson.databind;";

    private static final String DOMAIN =
            """
            package shop;

            import java.util.List;
            import org.leftfold.framework.aggregate.*;
            import org.leftfold.framework.codec.*;

            sealed interface ShopEvent extends Event {
                @EventName("opened")
                record Opened(@Tagged String city, Address address) implements ShopEvent {}
                @EventName("closed")
                record Closed() implements ShopEvent {}
            }
            record Address(String street) {}
            sealed interface ShopCommand extends Command {}
            record Open(String city) implements ShopCommand {}
            record Close() implements ShopCommand {}
            record Rest() implements ShopCommand {}
            class Refused extends Exception {
                Refused(String text) { super(text); }
            }
            class Shop extends DispatchingAggregate<ShopCommand, ShopEvent> {
                private String city = "";
                private Shop() {}
                private List<ShopEvent> process(Open open) {
                    return List.of(new ShopEvent.Opened(open.city(), new Address("Main")));
                }
                private java.util.Optional<ShopEvent> process(Rest rest) { return java.util.Optional.empty(); }
                private ShopEvent process(Close close) throws Refused {
                    if (city.isEmpty()) throw new Refused("never opened");
                    return new ShopEvent.Closed();
                }
                private void apply(ShopEvent.Opened opened) {
                    city = opened.city() + " " + opened.address().street();
                }
                private void apply(ShopEvent.Closed closed) { city = ""; }
                String city() { return city; }
            }

            sealed interface LampEvent extends Event {
                @EventName("lit") record Lit() implements LampEvent {}
            }
            sealed interface LampCommand extends Command {}
            record Light() implements LampCommand {}
            class Lamp extends DispatchingAggregate<LampCommand, LampEvent> {
                private Lamp() {}
                private LampEvent process(Light light) { return new LampEvent.Lit(); }
                private void apply(LampEvent.Lit lit) {}
            }

            @EventName("shown") record Shown(shop.goods.Price price) {}
            @EventName("paid") record Paid(shop.pay.Payment by) {}
            """;

    private static final String PRICE =
            "package shop.goods; public record Price(int won) { public Price { } }";

    private static final String PAYMENT =
            """
            package shop.pay;

            import com.fasterxml.jackson.annotation.*;

            @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
            public sealed interface Payment {
                @JsonTypeName("card") record Card(int digits) implements Payment {}
            }
            """;

    /** What the test runs inside of the module. */
    private static final String RUNS =
            """
            package shop;

            import org.leftfold.api.*;
            import org.leftfold.api.spi.InMemorySnapshotStore;
            import org.leftfold.framework.*;
            import org.leftfold.framework.codec.*;
            import org.leftfold.framework.repository.*;
            import org.leftfold.framework.snapshot.*;

            public final class Runs {
                public static String schema() { return EventSchema.of(ShopEvent.class).toString(); }
                public static String untagged() {
                    return new EventCodec<>(EventSchema.of(ShopEvent.Closed.class), new JsonFormat()).toString();
                }
                public static String aggregate() {
                    var schema = EventSchema.of(LampEvent.class);
                    return org.leftfold.framework.aggregate.AggregateType.of(Lamp.class, schema).toString();
                }
                public static String nested() {
                    var codec = new EventCodec<>(EventSchema.of(Shown.class), new JsonFormat());
                    var event = codec.encode(new Shown(new shop.goods.Price(3)), Metadata.none(), java.util.Set.of());
                    return event.payload().asText();
                }
                public static String oneOfSeveral() {
                    var codec = new EventCodec<>(EventSchema.of(Paid.class), new JsonFormat());
                    var event = codec.encode(new Paid(new shop.pay.Payment.Card(3)), Metadata.none(), java.util.Set.of());
                    return event.payload().asText();
                }
                public static String everything() {
                    try (var store = InMemoryEventStore.open()) {
                        var format = StateFormat.json("shop", 1, Shop.class);
                        var shops = Leftfold.on(store).define("shop", Shop.class)
                            .snapshots(Snapshots.in(new InMemorySnapshotStore(), format, SnapshotPolicy.every(1)))
                            .checkMutations()
                            .build();
                        shops.save("1", new Open("Seoul"), CommandOptions.trigger("test", "m1"));
                        shops.update("1", new Rest(), CommandOptions.trigger("test", "m3"));
                        String before = shops.load("1").state().city();
                        shops.update("1", new Close(), CommandOptions.trigger("test", "m2"));
                        String refused = "";
                        try {
                            shops.update("1", new Close());
                        } catch (Exception e) {
                            refused = e.getClass().getSimpleName() + " " + e.getMessage();
                        }
                        int found = store.read(ReadRequest.of(Query.anyOf(QueryItem.everything().andTags("city:Seoul")))).toList().size();
                        return before + ", " + shops.history("1").toList().size() + " events, "
                            + found + " tagged, " + refused;
                    }
                }
            }
            """;

    private static final Pattern NEEDED =
            Pattern.compile(
                    "(org\\.leftfold|tools\\.jackson|com\\.fasterxml\\.jackson|org\\.jspecify)\\b.*");

    @TempDir private Path directory;

    /** A source in memory. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** What the class path of this test has of the framework and what that needs. */
    private static List<Path> modulePath() {
        List<Path> path = new ArrayList<>();
        for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path entry = Path.of(each);
            if (moduleNames(entry).anyMatch(name -> NEEDED.matcher(name).matches())) {
                path.add(entry);
            }
        }
        return path;
    }

    private static Stream<String> moduleNames(Path entry) {
        try {
            return ModuleFinder.of(entry).findAll().stream()
                    .map(found -> found.descriptor().name());
        } catch (FindException e) {
            return Stream.empty(); // a directory of classes that are in no module
        }
    }

    /** The one exported class, which calls a method of {@link #RUNS}. */
    private static String main(String method) {
        return """
        package shop.main;

        import java.util.concurrent.Callable;

        public final class Main implements Callable<String> {
            public String call() { return shop.Runs.%s(); }
        }
        """
                .formatted(method);
    }

    /** Compiles the application with these directives in its module, and runs one of its mains. */
    private String run(String main, String directives) {
        String module =
                "module shop { requires org.leftfold.framework; requires com.fasterxml.jackson.annotation; exports shop.main; %s }"
                        .formatted(directives);
        List<JavaFileObject> sources =
                List.of(
                        new Source("module-info", module),
                        new Source("shop/ShopEvent", DOMAIN),
                        new Source("shop/goods/Price", PRICE),
                        new Source("shop/pay/Payment", PAYMENT),
                        new Source("shop/Runs", RUNS),
                        new Source("shop/main/Main", main(main)));
        List<Path> path = modulePath();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of(
                        "-proc:none",
                        "-d",
                        directory.toString(),
                        "-p",
                        String.join(
                                File.pathSeparator, path.stream().map(Path::toString).toList()));
        boolean isCompiled = compiler.getTask(messages, null, null, options, null, sources).call();
        assertThat(isCompiled).as("%s", messages).isTrue();

        path.add(directory);
        Configuration modules =
                ModuleLayer.boot()
                        .configuration()
                        .resolve(
                                ModuleFinder.of(path.toArray(Path[]::new)),
                                ModuleFinder.of(),
                                Set.of("shop"));
        ClassLoader loader =
                ModuleLayer.boot()
                        .defineModulesWithOneLoader(modules, ClassLoader.getPlatformClassLoader())
                        .findLoader("shop");
        try {
            Class<?> found = loader.loadClass("shop.main.Main");
            assertThat(found.getModule().getName()).isEqualTo("shop");
            return ((Callable<?>) found.getConstructor().newInstance()).call().toString();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void namesMissingOpens(String main, String what) {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> run(main, ""))
                .satisfies(refusal ->
                        assertThat(refusal.getClass().getName())
                                .as("of the module, not of this test")
                                .isEqualTo("org.leftfold.framework.codec.DefinitionException"))
                .withMessage(
                        "LF-1201: %s cannot be used, nothing was started:%n  - module shop keeps"
                                + " package shop closed: add \"opens shop to org.leftfold.framework,"
                                + " tools.jackson.databind;\" to its module-info.java",
                        what);
    }

    @Test
    void event_records_of_a_closed_package_are_refused_with_the_line_to_add() {
        namesMissingOpens("untagged", "the events of shop.ShopEvent$Closed");
    }

    @Test
    void tagged_event_records_of_a_closed_package_are_refused_with_the_line_to_add() {
        namesMissingOpens("schema", "the events of shop.ShopEvent");
    }

    @Test
    void a_package_that_is_open_to_the_framework_alone_is_refused_too() {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> run("everything", "opens shop to org.leftfold.framework;"))
                .withMessageContaining("module shop keeps package shop closed");
    }

    @Test
    void an_aggregate_of_a_closed_package_is_refused_with_the_line_to_add() {
        namesMissingOpens("aggregate", "shop.Lamp");
    }

    @Test
    void a_closed_package_of_a_part_of_an_event_is_named_at_the_start() {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> run("nested", OPENS))
                .withMessage(
                        "LF-1201: the events of shop.Shown cannot be used, nothing was started:%n"
                                + "  - module shop keeps package shop.goods closed: add \"opens"
                                + " shop.goods to org.leftfold.framework, tools.jackson.databind;\" to"
                                + " its module-info.java",
                        new Object[0]);
        assertThat(run("nested", OPENS + OPENS.replace("shop", "shop.goods")))
                .isEqualTo("{\"price\":{\"won\":3}}");
    }

    @Test
    void a_closed_package_of_one_of_the_classes_that_a_part_may_have_is_named_at_the_start() {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> run("oneOfSeveral", OPENS))
                .withMessageContaining("LF-1201: the events of shop.Paid cannot be used")
                .withMessageContaining("module shop keeps package shop.pay closed");
        assertThat(run("oneOfSeveral", OPENS + OPENS.replace("shop", "shop.pay")))
                .isEqualTo("{\"by\":{\"@type\":\"card\",\"digits\":3}}");
    }

    @Test
    void the_same_module_works_with_that_line() {
        assertThat(run("everything", OPENS))
                .isEqualTo("Seoul Main, 2 events, 1 tagged, Refused never opened");
    }

    @Test
    void an_open_module_works_as_well() {
        assertThat(run("everything", "opens shop;"))
                .isEqualTo("Seoul Main, 2 events, 1 tagged, Refused never opened");
    }
}
