package io.github.dnsonde.kube;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectReaderTest {

  private static final Mask MASK =
      Mask.of("metadata(name,[labels*]),spec(port,flag,[rules(ports(port))],[texts])");

  private static StreamedObject object(String json) {
    return Streamed.object(MASK, json);
  }

  private static String many(int count, String element) {
    return IntStream.range(0, count).mapToObj(element::formatted).collect(joining(","));
  }

  @Test
  void onlyFieldsOfTheMaskAreRead() {
    StreamedObject read =
        object(
            """
            {"kind": "X", "metadata": {"name": "a", "labels": {"app": "web", "x": null},
               "managedFields": [{"f": {"name": 1}}], "annotations": {"name": "no"}},
             "spec": {"port": 53, "flag": true, "other": {"port": 1}, "texts": ["a", 1, null, {}],
               "rules": [{"ports": [{"port": "dns"}, null]}, null, {"ports": null}]}}
            """);
    assertAll(
        () -> assertEquals(Set.of("metadata", "spec"), read.fields().names()),
        () -> assertEquals(Set.of("name", "labels"), read.metadata().names()),
        () -> assertEquals(Map.of("app", "web", "x", ""), read.metadata().map("labels")),
        () -> assertEquals(Optional.of(53), read.fields().object("spec").number("port")),
        () -> assertEquals(Optional.of(true), read.fields().object("spec").flag("flag")),
        () -> assertEquals(List.of("a", ""), read.fields().object("spec").texts("texts")),
        () -> assertEquals(4, read.fields().object("spec").size("texts")),
        () -> assertEquals(3, read.fields().object("spec").size("rules")),
        () ->
            assertEquals(
                Optional.of("dns"),
                read.fields()
                    .object("spec")
                    .objects("rules")
                    .flatMap(rule -> rule.objects("ports"))
                    .findFirst()
                    .flatMap(port -> port.text("port"))),
        () -> assertEquals(Set.of(), read.cut()));
  }

  /** A field of another type than expected exists, but is not understood. */
  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\": [1]}", "[]", "[[1], {\"b\": 2}]", "\"text\"", "true"})
  void aFieldOfAnotherTypeIsThere(String value) {
    StreamedObject read = object("{\"spec\": {\"port\": " + value + "}}");
    assertTrue(read.fields().object("spec").has("port"));
    assertEquals(Optional.empty(), read.fields().object("spec").number("port"));
  }

  @Test
  void aPartThatIsTooLargeIsCutAndTheRestIsRead() {
    StreamedObject read =
        object(
            "{\"spec\": {\"rules\": [{\"ports\": [%s]}], \"port\": 53, \"texts\": [\"b\"]}, \"metadata\": {\"name\": \"a\"}}"
                .formatted(many(20_000, "{\"port\": %d}")));
    assertEquals(Set.of("spec.rules"), read.cut());
    assertAll(
        () -> assertEquals("a", read.key()),
        () -> assertEquals(Optional.of(53), read.fields().object("spec").number("port")),
        () -> assertEquals(List.of("b"), read.fields().object("spec").texts("texts")),
        () -> assertFalse(read.fields().object("spec").has("rules")));
  }

  @Test
  void manyCharactersAreAlsoTooLarge() {
    String label = "\"l%d\": \"" + "v".repeat(3_000) + "\"";
    StreamedObject read =
        object("{\"metadata\": {\"labels\": {%s}, \"name\": \"a\"}}".formatted(many(100, label)));
    assertEquals(Set.of("metadata.labels"), read.cut());
    assertEquals("a", read.key());
  }

  @Test
  void aTextThatNoObjectCanHaveCutsItsPart() {
    StreamedObject read =
        object(
            "{\"metadata\": {\"labels\": {\"a\": \"%s\"}, \"name\": \"a\"}}"
                .formatted("v".repeat(5_000)));
    assertEquals(Set.of("metadata.labels"), read.cut());
    assertEquals("a", read.key());
  }

  @Test
  void partsThatAreTooLargeTogetherAreCut() {
    StreamedObject read =
        object(
            "{\"metadata\": {\"name\": \"a\", \"labels\": {%s}}, \"spec\": {\"texts\": [%s]}}"
                .formatted(many(8_000, "\"l%d\": \"\""), many(8_000, "\"%d\"")));
    assertEquals(Set.of("spec.texts"), read.cut());
    assertEquals(8_000, read.metadata().map("labels").size());
  }

  @Test
  void anObjectWithoutPartsThatMayBeCutIsUnread() {
    StreamedObject read =
        object(
            "{\"metadata\": {\"name\": \"a\"}, \"spec\": {\"port\": \"%s\", \"flag\": true}}"
                .formatted("v".repeat(5_000)));
    assertTrue(read.isCut("spec.port") && read.isCut(""));
    assertEquals("a", read.key(), "what came before");
    assertThrows(IllegalArgumentException.class, () -> read.requireWhole(_ -> false));
  }

  @Test
  void theOtherObjectsOfAListAreReadAfterOneThatIsTooLarge() throws IOException {
    String huge =
        "{\"metadata\": {\"labels\": {%s}, \"name\": \"huge\"}}"
            .formatted(many(20_000, "\"l%d\": \"\""));
    List<String> read = new ArrayList<>();
    ListPage listPage =
        new ObjectReader(
                new StringReader(
                    """
                    {"items": [{"metadata": {"name": "a"}}, 7, %s, null, {"metadata": {"name": "b"}}],
                     "metadata": {"resourceVersion": "12", "continue": "more", "remaining": 7}}
                    """
                        .formatted(huge)))
            .page(MASK, object -> read.add(object.key() + object.cut()));
    assertEquals(List.of("a[]", "huge[metadata.labels]", "b[]"), read);
    assertEquals(new ListPage("12", Optional.of("more")), listPage);
  }

  @Test
  void eventsAreReadOneByOne() throws IOException {
    ObjectReader events =
        ObjectReader.ofSeveral(
            new StringReader(
                """
                {"type": "ADDED", "object": {"metadata": {"name": "a"}, "code": 7}}
                {"object": {"kind": "Status", "code": 410, "message": "gone"}, "type": "ERROR"}
                {"type": "TOMORROW", "object": null}
                """));
    StreamedEvent first = events.event(MASK).orElseThrow();
    assertEquals("ADDED a", first.type() + " " + first.object().key());
    StreamedEvent second = events.event(MASK).orElseThrow();
    assertEquals(Optional.of(410), second.object().fields().number("code"));
    assertEquals(Optional.of("gone"), second.object().fields().text("message"));
    assertEquals("TOMORROW", events.event(MASK).orElseThrow().type());
    assertEquals(Optional.empty(), events.event(MASK));
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[]", "7", "{\"type\": \"ADDED\", \"object\": {", "{\"type\""})
  void anInvalidEventIsAnError(String text) {
    assertThrows(Exception.class, () -> ObjectReader.ofSeveral(new StringReader(text)).event(MASK));
  }

  /** None of these could be held: the heap of this test is smaller than they are. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"ADDED\", \"object\": {\"metadata\": {\"name\": \"",
        "{\"type\": \"ADDED\", \"object\": {\"metadata\": {\"",
        "{\"type\": \"ADDED\", \"object\": {\"other\": \"",
        "{\"type\": \"",
        "{\""
      })
  void anEndlessObjectIsAnErrorBeforeItIsHeld(String beginning) {
    long before = read(beginning);
    assertTrue(before <= 33L * 1024 * 1024, () -> before + " characters were read");
  }

  private static long read(String beginning) {
    Endless endless = new Endless(beginning);
    assertThrows(IOException.class, () -> ObjectReader.ofSeveral(endless).event(MASK));
    return endless.given;
  }

  @Test
  void aKeptTextHasASmallerLimit() {
    assertTrue(read("{\"object\": {\"metadata\": {\"name\": \"") < 400_000);
  }

  /** A hundred million characters after a beginning. */
  private static final class Endless extends Reader {

    private static final long MOST = 100L * 1000 * 1000;

    private final String beginning;
    private long given;

    Endless(String beginning) {
      this.beginning = beginning;
    }

    @Override
    public int read(char[] into, int from, int length) {
      if (given >= MOST) {
        return -1;
      }
      for (int i = 0; i < length; i++) {
        into[from + i] = given + i < beginning.length() ? beginning.charAt((int) given + i) : 'x';
      }
      given += length;
      return length;
    }

    @Override
    public void close() {}
  }
}
