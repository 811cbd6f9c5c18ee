import Foundation
import Scout
import ScoutTestSupport
import Testing

/// What `docs/projects.md` shows is real.
@Suite struct ProjectGuideTests {
  private func blocks(_ language: String) throws -> [String] {
    let text = try String(contentsOfFile: Repository.folder + "/docs/projects.md", encoding: .utf8)
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  @Test func `its project file, model, contract and tests work together`() async throws {
    let yaml = try blocks("yaml")
    let projectFile = try #require(yaml.first { $0.hasPrefix("name: ") })
    let contract = try #require(yaml.first { $0.hasPrefix("relation: ") })
    let tests = try #require(yaml.first { $0.hasPrefix("tests:") })
    let model = try #require(try blocks("sql").first)
    let project = try Project(
      folder: "my-project",
      files: [
        (Project.fileName, projectFile), ("schemas/shop/gold/gold_city_daily.sql", model),
        ("schemas/contracts/gold_city_daily.yaml", contract), ("tests/gold_city_daily.yaml", tests),
      ].map { SchemaFile(path: $0.0, text: $0.1) })
    #expect(project.retention == Project.Retention(bronzeDays: 90, silverDays: 400))
    #expect(project.disabled.models.count == 2 && project.disabled.policy.map(\.name) == ["small promotions"])
    let report = try await ProjectTestRunner(project).run()
    #expect(report.items.map(\.outcome) == [.passed])
    #expect(try Definitions(project: project).contracts().contains { $0.relation == "shop.gold_city_daily" })
  }

  @Test func `its errors have the form of real ones`() throws {
    let errors = try blocks("").joined().split(separator: "\n").filter { $0.hasPrefix("scout: ") }
    #expect(errors.count == 2)
    for error in errors {
      #expect(
        try error.firstMatch(of: Regex(#"^scout: my-project/[a-z_/]+\.(sql|yaml):\d+:\d+: .+"#)) != nil, "\(error)")
    }
  }
}
