#if LivePages
  import AsyncHTTPClient
  import NIOCore
  import NIOHTTP1

  /// HTTP and HTTPS by AsyncHTTPClient; in builds with the trait `LivePages`.
  ///
  /// One client a request: it connects to the address that was checked, whatever the name gives by then, and checks the
  /// certificate for the name. Redirects are not followed, and nothing is decompressed behind the size limit's back.
  public struct HTTPClientTransport: HTTPTransport {
    private let names = SocketTransport()

    public init() {}

    public func addresses(of host: String) async throws -> [String] { try await names.addresses(of: host) }

    public func get(_ request: HTTPRequest) async throws -> HTTPResponse {
      var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, decompression: .disabled)
      configuration.dnsOverride = [request.address.host: request.connectTo]
      configuration.timeout.connect = .nanoseconds(
        request.timeout / .nanoseconds(1) < 9e18 ? Int64(request.timeout / .nanoseconds(1)) : .max)
      configuration.httpVersion = .http1Only
      let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      do {
        let response = try await fetch(request, client)
        try? await client.shutdown()
        return response
      } catch {
        try? await client.shutdown()
        throw error as? SourceError ?? SourceError.temporary("\(request.address): \(error)", retryAfter: .zero)
      }
    }

    private func fetch(_ request: HTTPRequest, _ client: HTTPClient) async throws -> HTTPResponse {
      var message = HTTPClientRequest(url: request.address.description)
      for (name, value) in request.headers { message.headers.add(name: name, value: value) }
      let deadline = NIODeadline.now() + .nanoseconds(Int64(request.timeout / .nanoseconds(1)))
      let answer = try await client.execute(message, deadline: deadline)
      var body: [UInt8] = []
      var isCut = false
      for try await part in answer.body {
        let room = request.maximumBytes - body.count
        body += part.readableBytesView.prefix(room)
        if part.readableBytes > room {
          isCut = true
          break
        }
      }
      return HTTPResponse(
        status: Int(answer.status.code), headers: answer.headers.map { (name: $0.name, value: $0.value) }, body: body,
        isCut: isCut)
    }
  }
#endif
