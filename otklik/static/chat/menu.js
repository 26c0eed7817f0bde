// What one can do besides writing: look further back, end the talk, have it mailed.
import { ask, config, send } from "./wire.js";
import { oldest, show } from "./lines.js";

const $ = (id) => document.getElementById(id);

export function offer(hear, say, wrong) {
  $("earlier").addEventListener("click", async () => {
    const said = await ask("talk", { before: oldest() });
    const first = document.querySelector("#lines li");
    show(said.talk.messages, said.talk.key);
    $("earlier").hidden = !said.talk.earlier;
    first?.scrollIntoView();
  });
  $("end").addEventListener("click", async () => { hear((await send("end", {})).talk); $("more").open = false; });
  $("transcript").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { mailed } = await send("transcript", { email: $("transcript-email").value });
      say("notice", config.words.mailed.replace("%(it)s", () => mailed));
      $("more").open = false;
    } catch (fault) { wrong(fault.message); }
  });
}
