// wagtail-localize's editor says "server error" to every answer but success. Where somebody else
// changed the string meanwhile (409), show it their text and the words of our answer instead; say
// whatever else we answer above the page.
const send = window.fetch.bind(window);

async function explain(response, method) {
  const { detail, translation } = await response.clone().json().catch(() => ({}));
  if (translation && method === "PUT") {
    return new Response(JSON.stringify(translation), {
      status: 200,
      headers: { "Content-Type": "application/json" },
    });
  }
  // The editor takes no text from an answer to DELETE.
  if (detail) tell(detail);
  return response;
}

function tell(text) {
  const message = { detail: { clear: true, text, type: "error" } };
  document.dispatchEvent(new CustomEvent("w-messages:add", message));
}

window.fetch = async (...request) => {
  const response = await send(...request);
  const isString = /\/localize\/translate\/\d+\/strings\//.test(response.url);
  return isString && !response.ok ? explain(response, request[1]?.method) : response;
};
