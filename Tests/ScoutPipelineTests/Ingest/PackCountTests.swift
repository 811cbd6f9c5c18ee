import Testing

@testable import ScoutPipeline

@Suite struct PackCountTests {
  @Test(
    arguments: [
      ("Oishi Ridges 6-pack", 6), ("Oishi Ridges 6 Pack", 6), ("Ridges 6PK", 6), ("Ridges 6 packs assorted", 6),
      ("Six-pack San Mig Light 330ml", 6), ("Pack of 12 London Tissues", 12), ("TISSUES PACK OF 72 RETROSPOT", 72),
      ("BOX OF 24 COCKTAIL PARASOLS", 24), ("Case of 24", 24), ("Bear Brand Powdered 33g Twin Pack", 2),
      ("TwinPack 33g", 2), ("Creamy Duo Pack", 2), ("Triple Pack Soap", 3), ("Zest-O Orange 200ml 10s", 10),
      ("Skyflakes 25g 12's", 12), ("Skyflakes 25g 12’s", 12), ("Candy 50 pcs", 50), ("Eggs 12pcs", 12),
      ("Diapers 24ct", 24),
      ("33g x2", 2), ("Water 500ml x6", 6), ("Water 500ml x 6", 6), ("200ml x10", 10), ("6 x 330ml Beer", 6),
      ("6x330ml", 6), ("2x60g", 2), ("Beer 6×330 ml", 6), ("4x6x250ml", 24), ("2 x 1.5L", 2),
      ("Coffee 3in1 10s (25g)", 10),
      ("Twin Pack 10s", 2), ("Crackers 20s", 20), ("Winston Red 20s", 20),
    ] as [(String, Int32)])
  func `reads a count`(_ name: String, _ count: Int32) { #expect(PackCount.read(from: name) == count) }

  @Test(arguments: [
    "Alaska Evaporada 370ml", "Alaska Classic 1L", "7UP", "7UP 1.5L", "C2 Green Tea 500ml", "Marlboro Gold 100s",
    "Biogesic 500mg", "Picture frame 30x40cm", "Frame 10 x 15", "SET OF 3 CAKE TINS", "WRAP 50'S CHRISTMAS",
    "Retro 1980s poster", "A4s", "1-pack", "0 pack", "x0", "Backpack", "Pack", "Pringles", "Tiles 20x20 cm", "",
    "99999999999999999999 pack", "Nature's Spring", "12-year-old rum", "Xbox 360", "3-in-1 coffee", "5 Star", "Box 4x",
    "2.5 pack",
  ])
  func `reads no count where there is none`(_ name: String) { #expect(PackCount.read(from: name) == 1) }
}
