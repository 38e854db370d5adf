package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.testkit.GoProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares verdicts, and the names that the DNS proxy lets through, with those of Cilium's own
 * policy engine, which a Go module holds. A small program evaluates cases with it. Go compiles it
 * in three minutes the first time, and keeps the result. What is unknown here is not compared: the
 * engine has what is missing.
 */
@Tag("long")
class CiliumEngineTest {

  /** Random cases in all, and the seed that they follow from. */
  private static final int CASES = Integer.getInteger("cilium.cases", 20_000);

  private static final long SEED = Long.getLong("cilium.seed", 203);

  private static final Gson GSON = new Gson();

  @TempDir private static Path folder;

  private static GoProgram program;

  @BeforeAll
  static void build() throws IOException {
    program = GoProgram.built("cilium", folder);
  }

  /** The engine knows no Services, so what leads to the DNS Service is left out. */
  @Test
  void theCasesAgree() throws IOException, InterruptedException {
    List<JsonObject> cases =
        NetpolCase.written("cilium-cases.yaml").stream()
            .filter(known -> !known.toString().contains("\"serviceName\":\"kube-dns\""))
            .toList();
    assertTrue(compared(cases) >= cases.size() * 3 / 4, "most cases are compared");
  }

  @Test
  void randomCasesAgree() throws IOException, InterruptedException {
    CiliumRandomCases random = new CiliumRandomCases(new Random(SEED));
    List<JsonObject> cases = IntStream.range(0, CASES).mapToObj(random::next).toList();
    assertTrue(compared(cases) >= CASES / 2, "most cases are compared");
  }

  /** One of the engine's results, which must be ours. */
  private record Question(
      String id, Direction direction, PolicyVerdict ours, JsonObject asked, boolean certainEnd) {}

  /** Compares the verdicts that are certain, and returns their number. */
  private static int compared(List<JsonObject> cases) throws IOException, InterruptedException {
    JsonObject file = new JsonObject();
    JsonArray all = new JsonArray();
    cases.forEach(all::add);
    file.add("cases", all);
    List<NetpolCase> known = NetpolCase.in(GSON.toJson(file));
    List<Question> questions =
        IntStream.range(0, known.size())
            .boxed()
            .flatMap(i -> questions(known.get(i), cases.get(i)))
            .toList();
    return compare(questions);
  }

  private static Stream<Question> questions(NetpolCase known, JsonObject written) {
    PathVerdict verdict =
        new PolicyEvaluator(known.policies())
            .pathVerdict(known.source(), known.destination(), known.portProtocol());
    CiliumCaseEnds ends = new CiliumCaseEnds(written);
    Stream<Question> egress =
        known.source().hostNetwork()
                || !isComparable(known, written, known.source(), Direction.EGRESS)
            ? Stream.of()
            : ends.egress().stream()
                .map(
                    asked ->
                        new Question(
                            known.id(),
                            Direction.EGRESS,
                            verdict.egress(),
                            asked,
                            ends.egress().size() == 1));
    Stream<Question> ingress =
        Backend.of(known.destination(), known.portProtocol()).stream()
                .allMatch(each -> isComparable(known, written, each.pod(), Direction.INGRESS))
            ? ends.ingress().stream()
                .map(
                    asked ->
                        new Question(
                            known.id(), Direction.INGRESS, verdict.ingress(), asked, false))
            : Stream.of();
    return Stream.concat(egress, ingress);
  }

  /**
   * Returns whether Cilium's engine must agree. If no policy of Cilium selects a pod,
   * NetworkPolicies decide as Kubernetes describes it: their blocks may match pods.
   */
  private static boolean isComparable(
      NetpolCase known, JsonObject written, Pod pod, Direction direction) {
    return !written.toString().contains("ipBlock")
        || new CiliumEvaluator(known.policies().foreign(), NamespaceLabels.of(known.policies()))
            .concerns(pod, direction);
  }

  private static int compare(List<Question> questions) throws IOException, InterruptedException {
    List<JsonObject> answers = answers(questions.stream().map(Question::asked).toList());
    List<String> different = new ArrayList<>();
    int compared = 0;
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      String theirs =
          answers.get(i).get(question.direction.name().toLowerCase(Locale.ROOT)).getAsString();
      String ours =
          switch (question.ours.decision()) {
            case ALLOW -> "allowed";
            case DENY -> "denied";
            case UNKNOWN -> "";
          };
      boolean open = ours.isEmpty() || theirs.equals("invalid");
      compared += open ? 0 : 1;
      if (!open && ours.equals(theirs) && !samePassing(question, answers.get(i))) {
        different.add(
            question.id
                + ": the engine's proxy lets "
                + answers.get(i).get("names")
                + " through, not "
                + question.ours.other()
                + ": "
                + question.asked);
      }
      if (!open && !ours.equals(theirs)) {
        different.add(
            question.id
                + " "
                + question.direction
                + ": the engine says "
                + theirs
                + ", not "
                + question.ours.other()
                + ": "
                + question.asked);
      }
    }
    assertEquals(List.of(), different.stream().limit(5).toList(), different.size() + " differ");
    System.out.printf("Cilium's engine: %d of %d verdicts compared%n", compared, questions.size());
    return compared;
  }

  /**
   * Returns whether the DNS proxy refuses the same names; none are the same as all. It is not known
   * here whether rules with Services lead through the proxy, nor those for an address that may be
   * the node's.
   */
  private static boolean samePassing(Question question, JsonObject answer) {
    if (question.ours.decision() != Decision.ALLOW
        || !question.certainEnd
        || question.asked.toString().contains("toServices")) {
      return true;
    }
    JsonElement names = answer.get("names");
    List<String> theirs =
        names.isJsonNull()
            ? List.of()
            : names.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
    List<String> ours =
        question.ours.other().stream()
            .flatMap(other -> other.passing().stream())
            .map(name -> name.text().toLowerCase(Locale.ROOT))
            .sorted()
            .toList();
    return ours.equals(theirs);
  }

  private static List<JsonObject> answers(List<JsonObject> asked)
      throws IOException, InterruptedException {
    return Stream.of(JsonParser.parseString(program.answer(GSON.toJson(asked))).getAsJsonArray())
        .flatMap(array -> array.asList().stream())
        .map(JsonElement::getAsJsonObject)
        .toList();
  }
}
