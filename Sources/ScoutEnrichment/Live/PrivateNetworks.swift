#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// IP addresses that are not the public internet's: this machine, its network, what is reserved.
/// Source: IANA's special-purpose address registries, <https://www.iana.org/assignments/iana-ipv4-special-registry>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>
enum PrivateNetworks {
  /// Whether a page may not be fetched from there; true for what is no IP address.
  static func contains(_ address: String) -> Bool {
    var four = in_addr()
    if inet_pton(AF_INET, address, &four) == 1 { return containsV4(UInt32(bigEndian: four.s_addr)) }
    var six = in6_addr()
    guard inet_pton(AF_INET6, address, &six) == 1 else { return true }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    func embedded(_ start: Int) -> Bool {
      containsV4(bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
    }
    // ::, ::1 and ::a.b.c.d
    if bytes[..<12].allSatisfy({ $0 == 0 }) { return true }
    if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return embedded(12) }
    if bytes[0] == 0, bytes[1] == 0x64, bytes[2] == 0xFF, bytes[3] == 0x9B { return embedded(12) }
    if bytes[0] == 0x20, bytes[1] == 0x02 { return embedded(2) }
    // Of 2001::/23 and 2001:db8::/32 nothing is a shop's.
    if bytes[0] == 0x20, bytes[1] == 0x01, bytes[2] < 0x02 || bytes[2] == 0x0D && bytes[3] == 0xB8 { return true }
    // Only 2000::/3 is given out.
    return bytes[0] & 0xE0 != 0x20
  }

  private static func containsV4(_ address: UInt32) -> Bool {
    let networks: [(UInt32, UInt32)] = [
      (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
      (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15),
      (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 3),
    ]
    return networks.contains { network, length in address >> (32 - length) == network >> (32 - length) }
  }
}
