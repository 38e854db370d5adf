package io.github.dnsonde.kube;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.dnsonde.manifest.Fields;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A reader of objects from a stream of JSON, field by field. Tenants decide how large their objects
 * are. Therefore, only fields that a mask names are kept, within the bounds below.
 */
final class ObjectReader {

  /** The values that are kept of one part of an object that may be cut. */
  private static final int PART_VALUES = 10_000;

  /** The values that are kept of one object: about 2 MiB, until the object becomes a record. */
  private static final int VALUES = 15_000;

  /** The characters that are kept of one part. */
  private static final int PART_CHARACTERS = 256 * 1024;

  /** The characters that are kept of one object. */
  private static final int CHARACTERS = 384 * 1024;

  /** The characters of one text; the longest name that Kubernetes allows in an object has 317. */
  private static final int TEXT = 4_096;

  private final BoundedReader bounds;
  private final JsonReader reader;
  private int depth;

  /** The count of values and characters that are kept of an object or of one part of it. */
  private static final class Budget {
    private final Optional<Budget> whole;
    private final int mostValues;
    private final int mostCharacters;
    private int values;
    private int characters;

    private Budget(Optional<Budget> whole, int mostValues, int mostCharacters) {
      this.whole = whole;
      this.mostValues = mostValues;
      this.mostCharacters = mostCharacters;
    }

    static Budget ofObject() {
      return new Budget(Optional.empty(), VALUES, CHARACTERS);
    }

    Budget part() {
      return new Budget(Optional.of(this), PART_VALUES, PART_CHARACTERS);
    }

    void take(int more, int length) throws TooLarge {
      add(more, length);
      if (isSpent() || length > TEXT) {
        throw new TooLarge();
      }
    }

    private boolean isSpent() {
      return values > mostValues
          || characters > mostCharacters
          || whole.filter(Budget::isSpent).isPresent();
    }

    private void add(int moreValues, int moreCharacters) {
      values += moreValues;
      characters += moreCharacters;
      whole.ifPresent(object -> object.add(moreValues, moreCharacters));
    }

    /** Returns the budget of a part that was cut. */
    void giveBack() {
      add(-values, -characters);
    }
  }

  /** Thrown if a part is too large. */
  private static final class TooLarge extends Exception {

    private static final long serialVersionUID = 1L;

    TooLarge() {
      super(null, null, false, false);
    }
  }

  ObjectReader(Reader text) {
    this.bounds = new BoundedReader(text);
    this.reader = new JsonReader(bounds);
  }

  /** Reads several objects in a row, such as the events of a watch. */
  static ObjectReader ofSeveral(Reader text) {
    ObjectReader several = new ObjectReader(text);
    several.reader.setStrictness(Strictness.LENIENT);
    return several;
  }

  /**
   * Reads the next object; empty at the end of the stream. Waits for it, if necessary.
   *
   * @throws IOException or a RuntimeException if something else arrives
   */
  Optional<StreamedObject> next(Mask mask) throws IOException {
    bounds.beginObject();
    return reader.peek() == JsonToken.END_DOCUMENT ? Optional.empty() : Optional.of(object(mask));
  }

  /**
   * Reads the next event of a watch; empty at its end. Waits for it, if necessary.
   *
   * @param mask of its object; the code and message of an error are also read
   * @throws IOException or a RuntimeException if something else arrives
   */
  Optional<StreamedEvent> event(Mask mask) throws IOException {
    bounds.beginObject();
    if (reader.peek() == JsonToken.END_DOCUMENT) {
      return Optional.empty();
    }
    String type = "";
    StreamedObject object = new StreamedObject(new JsonFields(new JsonObject()), new TreeSet<>());
    reader.beginObject();
    while (reader.hasNext()) {
      String name = name();
      if (name.equals("type") && reader.peek() == JsonToken.STRING) {
        bounds.beginText();
        type = reader.nextString();
        bounds.endText();
      } else if (name.equals("object") && reader.peek() == JsonToken.BEGIN_OBJECT) {
        object = object(mask.withStatus());
      } else {
        reader.skipValue();
      }
    }
    reader.endObject();
    return Optional.of(new StreamedEvent(type, object));
  }

  /**
   * Reads the objects of a list one by one.
   *
   * @param sink receives each object
   * @return the page's own metadata
   * @throws IOException or a RuntimeException if this is not a list
   */
  ListPage page(Mask mask, Consumer<StreamedObject> sink) throws IOException {
    Fields page = new JsonFields(new JsonObject());
    bounds.beginObject();
    reader.beginObject();
    while (reader.hasNext()) {
      switch (name()) {
        case "metadata" -> page = metadata();
        case "items" -> items(mask, sink);
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    return new ListPage(
        page.text("resourceVersion").orElse(""),
        page.text("continue").filter(token -> !token.isEmpty()));
  }

  private Fields metadata() throws IOException {
    if (reader.peek() == JsonToken.NULL) {
      reader.nextNull();
      return new JsonFields(new JsonObject());
    }
    StreamedObject metadata = object(ListPage.MASK);
    if (!metadata.cut().isEmpty()) {
      throw new IOException("the metadata of a list is too large");
    }
    return metadata.fields();
  }

  private void items(Mask mask, Consumer<StreamedObject> sink) throws IOException {
    if (reader.peek() == JsonToken.NULL) { // some servers send this for an empty list
      reader.nextNull();
      return;
    }
    reader.beginArray();
    while (reader.hasNext()) {
      bounds.beginObject();
      if (reader.peek() == JsonToken.BEGIN_OBJECT) {
        sink.accept(object(mask));
      } else {
        reader.skipValue();
      }
    }
    reader.endArray();
    bounds.beginObject();
  }

  private StreamedObject object(Mask mask) throws IOException {
    JsonObject root = new JsonObject();
    SortedSet<String> cut = new TreeSet<>();
    int outside = depth;
    try {
      fields(root, mask, new Part("", Budget.ofObject(), cut));
    } catch (TooLarge _) {
      leave(outside);
      cut.add("");
    }
    return new StreamedObject(new JsonFields(root), cut);
  }

  /**
   * The place of a value.
   *
   * @param path the path of the object or list that contains it
   * @param budget the budget that it shares with the rest of its part
   * @param cut the paths of the parts that were left out
   */
  private record Part(String path, Budget budget, SortedSet<String> cut) {

    String pathOf(String name) {
      return path.isEmpty() ? name : path + "." + name;
    }

    Part within(String name) {
      return new Part(pathOf(name), budget, cut);
    }

    Part apart(String name) {
      return new Part(pathOf(name), budget.part(), cut);
    }
  }

  private void fields(JsonObject into, Mask mask, Part part) throws IOException, TooLarge {
    reader.beginObject();
    depth++;
    while (reader.hasNext()) {
      String name = name();
      Optional<Mask> field = mask.field(name);
      if (field.isEmpty()) {
        if (mask.namesOthers()) {
          part.budget().take(1, name.length());
          into.add(name, reader.peek() == JsonToken.NULL ? JsonNull.INSTANCE : new JsonObject());
        }
        reader.skipValue();
      } else if (field.get().mayBeCut()) {
        fieldOrCut(into, name, field.get(), part);
      } else {
        if (mask.anyName()) {
          part.budget().take(0, name.length());
        }
        value(element -> into.add(name, element), field.get(), part.within(name));
      }
    }
    reader.endObject();
    depth--;
  }

  private void fieldOrCut(JsonObject into, String name, Mask mask, Part part) throws IOException {
    int outside = depth;
    Part apart = part.apart(name);
    try {
      value(element -> into.add(name, element), mask, apart);
    } catch (TooLarge _) {
      leave(outside);
      into.remove(name);
      apart.budget().giveBack();
      part.cut().add(apart.path());
    }
  }

  /**
   * Takes a value before it is filled, so that everything read before it became too large is kept.
   */
  private void value(Consumer<JsonElement> into, Mask mask, Part part)
      throws IOException, TooLarge {
    switch (reader.peek()) {
      case BEGIN_OBJECT -> {
        part.budget().take(1, 0);
        JsonObject object = new JsonObject();
        into.accept(object);
        if (mask.reachesInto()) {
          fields(object, mask, part);
        } else {
          reader.skipValue();
        }
      }
      case BEGIN_ARRAY -> {
        part.budget().take(1, 0);
        JsonArray array = new JsonArray();
        into.accept(array);
        elements(array, mask, part);
      }
      default -> into.accept(scalar(part.budget()));
    }
  }

  private void elements(JsonArray into, Mask mask, Part part) throws IOException, TooLarge {
    reader.beginArray();
    depth++;
    while (reader.hasNext()) {
      value(into::add, mask, part);
    }
    reader.endArray();
    depth--;
  }

  private JsonElement scalar(Budget budget) throws IOException, TooLarge {
    return switch (reader.peek()) {
      case STRING -> new JsonPrimitive(text(budget));
      case NUMBER -> number(text(budget));
      case BOOLEAN -> {
        budget.take(1, 0);
        yield new JsonPrimitive(reader.nextBoolean());
      }
      default -> {
        budget.take(1, 0);
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
    };
  }

  /** A number that does not fit any type is of no use to anyone. */
  private static JsonElement number(String text) {
    try {
      return new JsonPrimitive(new BigDecimal(text));
    } catch (NumberFormatException _) {
      return new JsonObject();
    }
  }

  private String text(Budget budget) throws IOException, TooLarge {
    bounds.beginText();
    String text = reader.nextString();
    bounds.endText();
    budget.take(1, text.length());
    return text;
  }

  private String name() throws IOException {
    bounds.beginText();
    String name = reader.nextName();
    bounds.endText();
    return name;
  }

  /** Skips the rest of all objects and lists that have begun since. */
  private void leave(int outside) throws IOException {
    while (depth > outside) {
      switch (reader.peek()) {
        case END_OBJECT -> {
          reader.endObject();
          depth--;
        }
        case END_ARRAY -> {
          reader.endArray();
          depth--;
        }
        default -> reader.skipValue(); // also skips a field's name alone
      }
    }
  }
}
