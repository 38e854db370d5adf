package io.github.dnsonde;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.log.Logging;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The arrows between the rooms: imports point inward, to the vocabulary, never along the flow to
 * the next adapter; each library has one room.
 */
@AnalyzeClasses(
    packages = "io.github.dnsonde",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "io.github.dnsonde";

  /** The rooms that wire others together; no other room may know them. */
  private static final Set<String> WIRING = Set.of("", "cli", "agent", "controller");

  /** The rooms that each room may import. */
  static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("probe", Set.of()),
          Map.entry("cluster", Set.of("probe")),
          Map.entry("finding", Set.of("cluster", "probe")),
          Map.entry("yaml", Set.of()),
          Map.entry("files", Set.of()),
          Map.entry("config", Set.of("yaml", "cluster", "probe")),
          Map.entry("divide", Set.of("report", "probe")),
          Map.entry("plan", Set.of("divide", "report", "config", "cluster", "probe")),
          Map.entry("probepods", Set.of("config", "cluster")),
          Map.entry("manifest", Set.of("yaml", "cluster", "probe")),
          Map.entry("kube", Set.of("manifest", "cluster", "probe")),
          Map.entry("lookup", Set.of("probe")),
          Map.entry("schedule", Set.of("lookup", "probe")),
          Map.entry("exchange", Set.of("probe")),
          Map.entry("netns", Set.of("probe")),
          Map.entry("policy", Set.of("cluster", "probe")),
          Map.entry("diagnosis", Set.of("policy", "finding", "cluster", "probe")),
          Map.entry("change", Set.of("policy", "cluster", "probe")),
          Map.entry("admission", Set.of("change", "config", "cluster", "probe")),
          Map.entry("baseline", Set.of("change", "manifest", "policy", "cluster", "probe")),
          Map.entry(
              "lint", Set.of("change", "files", "yaml", "manifest", "policy", "cluster", "probe")),
          Map.entry("metrics", Set.of("finding", "cluster", "probe")),
          Map.entry("status", Set.of("probe")),
          Map.entry("log", Set.of("config", "finding", "probe")),
          Map.entry("report", Set.of("finding", "probe")),
          Map.entry(
              "merge", Set.of("diagnosis", "overview", "report", "finding", "cluster", "probe")),
          Map.entry("overview", Set.of("report", "finding", "cluster", "probe")),
          Map.entry("json", Set.of("overview", "report", "finding", "cluster", "probe")),
          Map.entry("page", Set.of()),
          Map.entry(
              "http", Set.of("page", "log", "overview", "finding", "probe", "status", "json")),
          Map.entry("certificates", Set.of()),
          Map.entry("trust", Set.of()),
          Map.entry("uplink", Set.of("trust", "probe")),
          Map.entry("prometheus", Set.of("trust", "overview", "report", "probe")),
          Map.entry("demo", Set.of("probe")),
          Map.entry(
              "controller",
              Set.of(
                  "http",
                  "admission",
                  "certificates",
                  "divide",
                  "merge",
                  "overview",
                  "manifest",
                  "metrics",
                  "prometheus",
                  "schedule",
                  "json",
                  "report",
                  "finding",
                  "probepods",
                  "kube",
                  "log",
                  "config",
                  "cluster",
                  "probe")),
          Map.entry(
              "agent",
              Set.of(
                  "http",
                  "uplink",
                  "json",
                  "report",
                  "metrics",
                  "log",
                  "status",
                  "divide",
                  "diagnosis",
                  "finding",
                  "overview",
                  "schedule",
                  "exchange",
                  "netns",
                  "kube",
                  "manifest",
                  "plan",
                  "config",
                  "cluster",
                  "probe")),
          Map.entry(
              "cli",
              Set.of(
                  "agent",
                  "controller",
                  "lookup",
                  "lint",
                  "baseline",
                  "demo",
                  "json",
                  "finding",
                  "overview",
                  "report",
                  "plan",
                  "exchange",
                  "netns",
                  "kube",
                  "files",
                  "config",
                  "cluster",
                  "probe")),
          Map.entry("", Set.of("cli", "agent", "config", "probe")));

  /** The rooms that may use each library, by the prefix of its packages. */
  static final Map<String, Set<String>> LIBRARIES =
      Map.ofEntries(
          Map.entry("org.xbill.DNS", Set.of("exchange", "demo")),
          Map.entry("io.micrometer", Set.of("metrics")),
          Map.entry("io.prometheus", Set.of("metrics")),
          Map.entry("io.helidon", Set.of("http")),
          Map.entry("org.yaml", Set.of("yaml", "config", "manifest")),
          Map.entry(
              "com.google.gson", Set.of("json", "log", "kube", "lint", "baseline", "prometheus")),
          Map.entry("java.lang.foreign", Set.of("netns")),
          Map.entry("io.kubernetes", Set.of("kube")),
          Map.entry("okhttp3", Set.of("kube", "prometheus", "trust", "uplink")),
          Map.entry("org.bouncycastle", Set.of("certificates")),
          Map.entry("okio", Set.of("kube", "uplink")),
          Map.entry("picocli", Set.of("", "cli")));

  @ArchTest
  static final ArchRule everyRoomIsDrawn =
      classes().should(satisfy("lie in a room of the design", ArchitectureTest::undrawnRoom));

  @ArchTest
  static final ArchRule importsFollowTheArrows =
      classes()
          .should(satisfy("import only rooms that their arrows reach", ArchitectureTest::arrows));

  @ArchTest
  static final ArchRule oneLibraryPerRoom =
      classes().should(satisfy("use only their room's libraries", ArchitectureTest::libraries));

  @ArchTest
  static final ArchRule wordsNeedNothing =
      classes()
          .that()
          .resideInAPackage(ROOT + ".probe")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(ROOT + ".probe", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule noCycles = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theYamlMachineryKnowsNoKeyOfTheProduct =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".config.yaml")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".config");

  @ArchTest
  static final ArchRule onlyTheMachineryOfConfigReadsYaml =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".config")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.yaml..");

  @ArchTest
  static final ArchRule noCyclesBetweenTheClassesOfConfig =
      slices().assignedFrom(topLevelClassesOf(ROOT + ".config")).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothingDependsOnMain =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Main.class)
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Main.class);

  /** Packages of two rooms may be free of circles while three classes of one of them are not. */
  @ArchTest
  static final ArchRule noCyclesOfClassesWhereRoomsAreWired =
      slices().assignedFrom(classesOf(WIRING)).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule threadsOnlyInFewRooms =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + ".schedule",
              ROOT + ".netns",
              ROOT + ".kube", // a watch is a call that may last for minutes
              ROOT + ".http", // waits for clients, with a limit
              ROOT + ".demo",
              ROOT + ".agent",
              ROOT + ".controller",
              ROOT + ".cli")
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "start threads",
                  type ->
                      type.isEquivalentTo(Thread.class)
                          || (type.getPackageName().equals("java.util.concurrent")
                              && type.getSimpleName().contains("Executor"))));

  @ArchTest
  static final ArchRule namesSaySomething =
      noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common|Misc)");

  @ArchTest
  static final ArchRule packagePrivateUntilNeeded =
      classes()
          .that()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .and()
          .resideOutsideOfPackages(
              ROOT,
              ROOT + ".probe",
              ROOT + ".cluster",
              ROOT + ".finding",
              ROOT + ".report",
              ROOT + ".overview") // vocabulary for all rooms
          .and()
          .doNotBelongToAnyOf(FakeDnsServer.class, Logging.class) // tests use them
          .and()
          .resideOutsideOfPackage(ROOT + ".merge") // its controller follows
          .should(
              satisfy(
                  "be named by another room, or be package-private", ArchitectureTest::needless));

  /** A slice for each top-level class of a room, together with the classes nested in it. */
  private static SliceAssignment topLevelClassesOf(String room) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        boolean inside =
            type.getPackageName().equals(room) || type.getPackageName().startsWith(room + ".");
        return inside
            ? SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""))
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "top-level classes of " + room;
      }
    };
  }

  private static List<String> undrawnRoom(JavaClass type) {
    String room = room(type);
    return ARROWS.containsKey(room) ? List.of() : List.of("no room '" + room + "'");
  }

  private static List<String> arrows(JavaClass type) {
    Set<String> allowed = ARROWS.getOrDefault(room(type), Set.of());
    Set<String> imported = new TreeSet<>();
    type.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
        .filter(target -> target.getPackageName().startsWith(ROOT))
        .map(ArchitectureTest::room)
        .forEach(imported::add);
    imported.removeAll(allowed);
    imported.remove(room(type));
    return imported.stream().map(room -> "imports '" + room + "'").toList();
  }

  private static List<String> libraries(JavaClass type) {
    return LIBRARIES.entrySet().stream()
        .filter(library -> !library.getValue().contains(room(type)))
        .filter(library -> uses(type, library.getKey()))
        .map(library -> "uses " + library.getKey())
        .toList();
  }

  private static boolean uses(JavaClass type, String library) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(dependency -> dependency.getTargetClass().getName().startsWith(library + "."));
  }

  private static List<String> needless(JavaClass type) {
    boolean named =
        Stream.concat(Stream.of(type), nested(type))
            .flatMap(nested -> nested.getDirectDependenciesToSelf().stream())
            .anyMatch(
                dependency -> !dependency.getOriginClass().getPackage().equals(type.getPackage()));
    return named ? List.of() : List.of("no other room names it");
  }

  private static Stream<JavaClass> nested(JavaClass type) {
    return type.getPackage().getClasses().stream()
        .filter(nested -> nested.getName().startsWith(type.getName() + "$"));
  }

  private static String room(JavaClass type) {
    String below =
        type.getPackageName().substring(Math.min(ROOT.length(), type.getPackageName().length()));
    return Arrays.stream(below.split("\\.")).filter(part -> !part.isEmpty()).findFirst().orElse("");
  }

  private static SliceAssignment classesOf(Set<String> rooms) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String file = type.getName().replaceFirst("\\$.*", "");
        return rooms.contains(room(type)) ? SliceIdentifier.of(file) : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "classes of " + rooms;
      }
    };
  }

  private static ArchCondition<JavaClass> satisfy(String what, Check check) {
    return new ArchCondition<>(what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        check
            .of(type)
            .forEach(
                broken ->
                    events.add(
                        SimpleConditionEvent.violated(type, type.getName() + ": " + broken)));
      }
    };
  }

  /** The violations of a class; empty if there are none. */
  private interface Check {
    List<String> of(JavaClass type);
  }
}
