/// One GET of a page; redirects are the caller's.
public struct HTTPRequest: Sendable {
  public var address: WebAddress
  /// The IP address to connect to: the one that was checked, so that no second look at the name gives another.
  public var connectTo: String
  public var headers: [(name: String, value: String)]
  /// For the whole of it, from connecting to the last byte.
  public var timeout: Duration
  /// A longer body is cut there, and the response says so.
  public var maximumBytes: Int
}

public struct HTTPResponse: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]
  /// The body is longer than the request allowed.
  public var isCut: Bool

  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], isCut: Bool = false) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isCut = isCut
  }

  /// The first header of that name, whatever the case.
  public subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// What fetches: the system's sockets, an HTTP library, or a test's script.
public protocol HTTPTransport: Sendable {
  /// The IP addresses of a host name.
  ///
  /// - Throws: ``SourceError``.
  func addresses(of host: String) async throws -> [String]

  /// - Throws: ``SourceError``; `temporary` for what may pass, such as a connection that was refused or took too long.
  func get(_ request: HTTPRequest) async throws -> HTTPResponse
}
