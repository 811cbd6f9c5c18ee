import Foundation
import ScoutTestSupport
import Testing

/// Three days of UCI Online Retail through the program: silver and gold match the published figures to the penny.
@Suite struct RealDataTests {
  @Test func `the excerpt comes in by configuration alone`() throws {
    let folder = try TemporaryFolder()
    #expect(
      try ScoutProgram.run(["init", "--time-zone", "Europe/London", "--now", testNow], in: folder.path).status == 0)
    let outcome = try ScoutProgram.run(
      ["ingest", Repository.onlineRetail, "--mapping", "online-retail", "--now", testNow, "--format", "csv"],
      in: folder.path)
    #expect(outcome.status == 0)
    let files = outcome.output.split(whereSeparator: \.isNewline).dropFirst().map {
      $0.split(separator: "/").last ?? ""
    }
    #expect(
      files == [
        "2010-12-22.csv.gz,complete,291,22,0,0", "2011-02-01.csv.gz,complete,1574,86,0,0",
        "2011-05-15.csv.gz,complete,809,31,0,0",
      ])
    #expect(try ScoutProgram.run(["refresh", "--now", testNow], in: folder.path).status == 0)
    func sql(_ text: String) throws -> String {
      let outcome = try ScoutProgram.run(["sql", text, "--format", "csv"], in: folder.path)
      #expect(outcome.status == 0, "\(outcome.error)")
      return outcome.output.replacingOccurrences(of: "\r\n", with: "\n")
    }
    // by_day of shared/realdata/online-retail-expected.json.
    #expect(
      try sql(
        """
        select business_date, count(*) as lines, count(distinct transaction_id) as invoices, sum(net_amount) as net
        from scout.silver_line_items group by 1 order by 1
        """) == """
          business_date,lines,invoices,net
          2010-12-22,291,22,6134.57
          2011-02-01,1574,86,28433.22
          2011-05-15,809,31,9924.28

          """)
    for model in ["gold_sales_daily", "gold_brand_share_daily"] {
      #expect(
        try sql("select date, sum(net_amount) as net from scout.\(model) group by 1 order by 1") == """
          date,net
          2010-12-22,6134.57
          2011-02-01,28433.22
          2011-05-15,9924.28

          """)
    }
    #expect(
      try sql(
        "select (ts at time zone 'Europe/London')::date as date, sum(net_amount) as net from scout.gold_sales_15min group by 1 order by 1"
      ) == "date,net\n2010-12-22,6134.57\n2011-02-01,28433.22\n2011-05-15,9924.28\n")
    #expect(
      try sql(
        "select date, sum(share) as whole from scout.gold_brand_share_daily group by date, category having round(sum(share), 10) <> 1"
      )
        == "date,whole\n")
  }
}
