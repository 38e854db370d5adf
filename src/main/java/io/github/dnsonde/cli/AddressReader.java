package io.github.dnsonde.cli;

import java.net.InetAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an address literal. Names are not resolved. */
final class AddressReader implements ITypeConverter<InetAddress> {
  @Override
  public InetAddress convert(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      throw new TypeConversionException(
          "found '" + text + "', expected an address such as 169.254.20.10");
    }
  }
}
