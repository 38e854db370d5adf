package io.github.dnsonde.http;

import io.helidon.common.GenericType;
import io.helidon.config.Config;
import io.helidon.config.ConfigMappingException;
import io.helidon.config.ConfigValue;
import io.helidon.config.ConfigValues;
import io.helidon.config.spi.ConfigMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A configuration of Helidon without any value. Helidon's own empty one starts all that reads
 * configurations: about 130 classes, 0.5 MiB.
 */
@SuppressWarnings("unchecked") // the interface redefines generic methods of an older one
enum NoConfig implements Config {
  INSTANCE;

  @Override
  public Instant timestamp() {
    return Instant.EPOCH;
  }

  @Override
  public Key key() {
    throw new UnsupportedOperationException("the configuration without values has no keys");
  }

  @Override
  public Config root() {
    return this;
  }

  @Override
  public Config get(String key) {
    return this;
  }

  @Override
  public Config get(Key key) {
    return this;
  }

  @Override
  public Config detach() {
    return this;
  }

  @Override
  public Type type() {
    return Type.MISSING;
  }

  @Override
  public boolean hasValue() {
    return false;
  }

  @Override
  public Stream<Config> traverse(Predicate<Config> predicate) {
    return Stream.empty();
  }

  @Override
  public <T> T convert(Class<T> type, String value) throws ConfigMappingException {
    throw new UnsupportedOperationException("the configuration without values converts none");
  }

  @Override
  public ConfigMapper mapper() {
    throw new UnsupportedOperationException("the configuration without values converts none");
  }

  @Override
  public <T> ConfigValue<T> as(GenericType<T> genericType) {
    return ConfigValues.empty();
  }

  @Override
  public <T> ConfigValue<T> as(Class<T> type) {
    return ConfigValues.empty();
  }

  @Override
  public <T> ConfigValue<T> as(Function<Config, T> mapper) {
    return ConfigValues.empty();
  }

  @Override
  public <T> ConfigValue<List<T>> asList(Class<T> type) {
    return ConfigValues.empty();
  }

  @Override
  public <T> ConfigValue<List<T>> asList(Function<Config, T> mapper) {
    return ConfigValues.empty();
  }

  @Override
  public ConfigValue<List<Config>> asNodeList() {
    return ConfigValues.empty();
  }

  @Override
  public ConfigValue<Map<String, String>> asMap() {
    return ConfigValues.empty();
  }
}
