import Testing

@testable import ScoutLedger

@Suite struct PolicyTests {
  @Test func `a policy is read with its amounts in centavos`() throws {
    let policy = try Policy(
      yaml: """
        approval_expires: 2 days
        rules:
          - {name: a, action_types: [x, "y*"], propose: agent, approve: auto, auto_limit: 12.5, approvers: [boss]}
        budgets:
          - {name: b, roles: ["*"], action_types: [x], period: month, limit: 100}
        """, file: "policy.yaml")
    #expect(policy.approvalExpiry.description == "2 days")
    #expect(policy.rules[0].approval == .automatic(limit: 1250))
    #expect(policy.rule(actionType: "yes", role: "agent")?.name == "a")
    #expect(policy.rule(actionType: "x", role: "other") == nil)
    #expect(policy.budgets(actionType: "x", role: "agent").map(\.limit) == [10000])
  }

  @Test(arguments: [
    ("rules: 5", "policy.yaml:1:8: expected a list"),
    ("approval_expires: soon\nrules: []", "policy.yaml:1:19: \"soon\" is no interval"),
    ("rulez: []", "policy.yaml:1:1: unknown key \"rulez\"; expected one of approval_expires, rules, budgets"),
    (
      "rules:\n  - {name: a, action_types: [x], propose: [y], approve: maybe}",
      "policy.yaml:2:57: expected auto, person or never"
    ),
    (
      "rules:\n  - {name: a, action_types: [x], propose: [y], approve: person}",
      "policy.yaml:2:5: \"approvers\" is missing"
    ),
    (
      "rules: []\nbudgets:\n  - {name: a, roles: [x], action_types: [x], period: month, limit: -1}",
      "policy.yaml:3:68: \"-1\" is no amount of pesos"
    ),
    ("", "policy.yaml:1:1: the file is empty"),
  ]) func `mistakes are told with their place`(_ yaml: String, _ message: String) {
    do {
      _ = try Policy(yaml: yaml, file: "policy.yaml")
      Issue.record("it was read")
    } catch {
      #expect("\(error)" == message)
    }
  }
}
